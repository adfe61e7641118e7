// A printed sky: one colour sinks into another and burns at the horizon; the floor answers it.
#include "stage.glsl"

vec3 sky(float up) {
    float rise = max(up, 0.0);
    vec3 light = mix(u_ground, u_accent * 0.45, exp(-4.0 * rise));
    light = mix(light, mix(u_accent, u_tint, 0.75) * 0.7, exp(-10.0 * rise) * (0.6 + 0.4 * u_energy));
    return light + u_tint * 0.5 * exp(-45.0 * rise);
}

void main() {
    vec3 ray = normalize(v_ray);
    vec4 hit = floor_hit(ray);
    vec3 light = sky(ray.y);
    if (hit.w > 0.0) {
        vec3 ground = u_ground * 0.5 + 0.16 * sky(1.4 * -ray.y) + u_accent * 0.03;
        ground += mix(u_accent, u_tint, 0.8) * 0.6 * ring_light(hit.xz, 0.03, 0.16) * (0.6 + 0.4 * u_low);
        ground *= mix(0.12, 1.0, open_sky(hit.xz));
        light = mix(ground, sky(0.0), 1.0 - exp(-0.0025 * hit.w * hit.w));
    }
    show(light);
}
