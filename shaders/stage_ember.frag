// Cooling lava: a cracked crust that glows where the rings of the beat pass, smoke above.
#include "stage.glsl"
#include "noise.glsl"

void main() {
    vec3 ray = normalize(v_ray);
    vec4 hit = floor_hit(ray);
    vec3 smoke_at = vec3(ray.xz * 2.2, 0.07 * u_time);
    float smoke = noise(smoke_at + vec3(0.0, 0.0, -1.4 * ray.y)) * 0.7 + 0.3 * noise(2.3 * smoke_at + 5.0 * ray.y);
    vec3 light = u_ground + u_tint * (0.015 + 0.06 * u_energy) * smoke * smoke * exp(-3.6 * abs(ray.y));
    if (hit.w > 0.0) {
        vec2 from_centre = hit.xz - u_centre.xz;
        float near = exp(-0.05 * dot(from_centre, from_centre));
        float crack = cracks(vec3(hit.x * 1.9, 0.5, hit.z * 1.9) + 0.25 * noise(vec3(hit.xz * 4.0, 1.0)), 0.0);
        float pixel = clamp(0.03 * hit.w, 0.0, 0.3);
        float glow = smoothstep(0.32 + pixel, 0.0, crack);
        float core = smoothstep(0.09 + pixel, 0.0, crack);
        float ring = ring_light(hit.xz, 0.14, 0.9);
        float embers = noise(vec3(hit.xz * 0.7, 0.1 * u_time));
        float heat = 0.01 + 0.10 * u_energy * embers * embers + 0.65 * ring;
        float shade = mix(0.4, 1.0, open_sky(hit.xz));
        light = mix(light, vec3(0.010, 0.007, 0.006) * (0.4 + 1.2 * crack), near);
        light += near * shade * heat * (u_tint * (0.45 * glow * glow + 1.3 * core) + u_accent * core * core);
        light += near * u_tint * 0.03 * ring;
    }
    show(light);
}
