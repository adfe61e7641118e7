// A printed sky: bands of one colour sink to a burning horizon, the floor answers them.
#include "stage.glsl"

vec3 sky(float up) {
    vec3 high = u_ground;
    vec3 low = mix(u_accent, u_tint, 0.55) * 0.55;
    float fall = exp(-5.5 * max(up, 0.0));
    return mix(high, low, fall * (0.55 + 0.3 * u_energy)) + u_tint * 0.25 * exp(-28.0 * max(up, 0.0));
}

void main() {
    vec3 ray = normalize(v_ray);
    vec4 hit = floor_hit(ray);
    vec3 light;
    if (hit.w > 0.0) {
        float shade = open_sky(hit.xz);
        float far = 1.0 - exp(-0.004 * hit.w * hit.w);
        vec3 ground = u_ground * 0.7 + 0.22 * sky(-ray.y) ;
        ground += mix(u_accent, u_tint, 0.7) * 0.5 * ring_light(hit.xz, 0.04, 0.22) * (0.6 + 0.4 * u_low);
        light = mix(ground * mix(0.2, 1.0, shade), sky(0.0), far);
    } else {
        light = sky(ray.y);
    }
    show(light);
}
