// A great disc of light stands behind the dancer on a wet black floor; it breathes with the music.
#include "stage.glsl"

// The distance in metres along a ray to the plane of the disc, and the place on it (x, y from its middle, metres).
vec3 disc_hit(vec3 from, vec3 ray) {
    vec3 back = normalize(vec3(u_centre.x - u_eye.x, 0.0, u_centre.z - u_eye.z));
    float facing = dot(ray, back);
    vec3 middle = vec3(u_centre.x, 1.22, u_centre.z) + 2.6 * back;
    float far = facing > 0.02 ? dot(middle - from, back) / facing : 1e4;
    vec3 at = from + ray * far - middle;
    return vec3(dot(at, vec3(-back.z, 0.0, back.x)), at.y, far);
}

vec3 disc(vec2 at) {
    float radius = 1.52 + 0.05 * u_energy + 0.03 * u_pulse;
    float r = length(at);
    float inside = smoothstep(radius + 0.012, radius - 0.012, r);
    float height = clamp(0.5 + 0.5 * at.y / radius, 0.0, 1.0);
    vec3 face = mix(u_accent * 0.55, u_tint * 1.5, height * height) * (0.7 + 0.4 * u_energy);
    float corona = exp(-3.0 * max(r - radius, 0.0)) * (0.10 + 0.14 * u_energy + 0.08 * u_low);
    return u_ground + face * inside + u_accent * corona * (1.0 - inside);
}

void main() {
    vec3 ray = normalize(v_ray);
    vec4 hit = floor_hit(ray);
    vec3 behind = disc_hit(u_eye, ray);
    vec3 light = disc(behind.xy);
    if (hit.w > 0.0 && hit.w < behind.z) {
        // Ripples: the rings of the beat bend the image in the water.
        float ring = ring_light(hit.xz, 0.05, 0.22);
        vec2 outward = normalize(hit.xz - u_centre.xz + 1e-4);
        vec3 up = normalize(vec3(0.05 * ring * outward.x, 1.0, 0.05 * ring * outward.y));
        float mirror = 0.16 + 0.6 * pow(1.0 + ray.y, 3.0);
        vec3 image = disc_hit(hit.xyz, reflect(ray, up));
        light = mirror * disc(image.xy) * mix(0.1, 1.0, open_sky(hit.xz)) + u_tint * 0.10 * ring;
    }
    show(light);
}
