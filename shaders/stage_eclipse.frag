// A great disc of light stands behind the dancer on a wet black floor; it breathes with the music.
#include "stage.glsl"

vec3 disc(vec3 from, vec3 ray) {
    vec3 back = vec3(u_centre.x - u_eye.x, 0.0, u_centre.z - u_eye.z);
    back = normalize(back);
    float facing = dot(ray, back);
    if (facing < 0.02) {
        return u_ground;
    }
    vec3 middle = vec3(u_centre.x, 1.28, u_centre.z) + 3.0 * back;
    vec3 at = from + ray * (dot(middle - from, back) / facing) - middle;
    float radius = 1.5 + 0.05 * u_energy + 0.03 * u_pulse;
    float r = length(at);
    float inside = smoothstep(radius + 0.02, radius - 0.02, r);
    float height = clamp(0.5 + 0.5 * at.y / radius, 0.0, 1.0);
    vec3 face = mix(u_accent, u_tint, height) * mix(0.55, 1.15, height) * (0.75 + 0.35 * u_energy);
    float corona = exp(-2.6 * max(r - radius, 0.0)) * (0.22 + 0.16 * u_energy + 0.10 * u_low);
    return u_ground + face * inside + u_accent * corona * (1.0 - inside);
}

void main() {
    vec3 ray = normalize(v_ray);
    vec4 hit = floor_hit(ray);
    vec3 light;
    if (hit.w > 0.0) {
        // Ripples: the rings of the beat bend the image in the water.
        float ring = ring_light(hit.xz, 0.06, 0.25);
        vec2 outward = normalize(hit.xz - u_centre.xz + 1e-4);
        vec3 up = normalize(vec3(0.06 * ring * outward.x, 1.0, 0.06 * ring * outward.y));
        float mirror = 0.25 + 0.55 * pow(1.0 - clamp(-ray.y, 0.0, 1.0), 3.0);
        light = u_ground * 0.4 + mirror * disc(hit.xyz, reflect(ray, up)) * mix(0.15, 1.0, open_sky(hit.xz));
        light += u_tint * 0.12 * ring;
    } else {
        light = disc(u_eye, ray);
    }
    show(light);
}
