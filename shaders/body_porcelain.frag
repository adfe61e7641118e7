// Glazed porcelain in a studio: a warm key, a cool fill, a thin rim, and gold seams that the energy warms.
#include "body.glsl"
#include "noise.glsl"

void main() {
    vec3 normal = normalize(v_normal);
    vec3 view = normalize(u_eye - v_world);
    vec3 key = normalize(vec3(0.55, 0.75, 0.6));
    vec3 rim_light = normalize(vec3(-0.7, 0.35, -0.6));
    vec3 half_way = normalize(key + view);
    float sky = 0.5 + 0.5 * normal.y;
    vec3 light = u_tint * (1.0 * soft_light(normal, key, 0.15) * vec3(1.0, 0.93, 0.84) + mix(0.06, 0.2, sky) * vec3(0.6, 0.75, 1.0));
    light += soft_light(normal, rim_light, 0.0) * vec3(0.55, 0.7, 1.0) * 0.7;
    light += 0.55 * pow(max(dot(normal, half_way), 0.0), 60.0) + 0.25 * pow(edge(normal, view), 4.0);
    float seam = seams(v_rest * 6.5);
    float gold = smoothstep(0.035, 0.012, seam);
    vec3 metal = u_accent * (0.35 + 1.1 * pow(max(dot(normal, half_way), 0.0), 9.0) + 0.9 * u_energy * (0.4 + 0.6 * u_pulse));
    show(mix(light, metal, gold), 1.0);
}
