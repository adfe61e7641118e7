// A still pool in a dark hall: the beat's rings are waves in it and bend the light of the horizon.
#include "stage.glsl"

vec3 hall(vec3 ray) {
    float turn = atan(ray.x, ray.z);
    float rise = max(ray.y, 0.0);
    float column = 0.5 + 0.5 * cos(turn * 22.0);
    column = pow(column, 90.0) * exp(-3.0 * rise) * (0.25 + 0.75 * u_energy);
    vec3 light = u_ground + mix(u_tint, u_accent, 0.5 + 0.5 * sin(turn + 0.3926991 * u_beat)) * 0.10 * exp(-7.0 * rise);
    return light + u_tint * 0.5 * column;
}

void main() {
    vec3 ray = normalize(v_ray);
    vec4 hit = floor_hit(ray);
    vec3 light = hall(ray);
    if (hit.w > 0.0) {
        float step_m = 0.02 + 0.004 * hit.w;
        float here = ring_light(hit.xz, 0.16, 0.42);
        vec2 lean = vec2(ring_light(hit.xz + vec2(step_m, 0.0), 0.16, 0.42), ring_light(hit.xz + vec2(0.0, step_m), 0.16, 0.42)) - here;
        lean *= 0.30 / step_m * exp(-0.06 * hit.w);
        vec3 bounce = normalize(vec3(ray.x - lean.x, -ray.y + 0.02, ray.z - lean.y));
        float mirror = 0.10 + 0.75 * pow(1.0 + ray.y, 3.0);
        vec3 water = hall(bounce) * mirror + u_ground * 0.4;
        water += (u_accent * 0.5 + u_tint * 0.5) * (0.10 * here + 0.8 * dot(lean, lean)) * exp(-0.12 * hit.w);
        water *= mix(0.25, 1.0, open_sky(hit.xz));
        light = mix(water, hall(vec3(ray.x, 0.0, ray.z)), 1.0 - exp(-0.0016 * hit.w * hit.w));
    }
    show(light);
}
