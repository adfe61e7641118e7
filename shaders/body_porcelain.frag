// Glazed porcelain in a studio: a warm key, a cool fill, a thin rim, and gold seams that the energy warms.
#include "body.glsl"
#include "noise.glsl"

void main() {
    vec3 normal = normalize(v_normal);
    vec3 view = normalize(u_eye - v_world);
    vec3 key = normalize(vec3(0.85, 0.66, 0.32));
    vec3 half_way = normalize(key + view);
    float lit = soft_light(normal, key, 0.1);
    vec3 glaze = u_tint * lit * vec3(1.2, 1.02, 0.84);
    glaze += u_tint * mix(vec3(0.04, 0.035, 0.04), vec3(0.06, 0.09, 0.16), 0.5 + 0.5 * normal.y);
    glaze += vec3(0.25, 0.4, 0.75) * soft_light(normal, normalize(vec3(-0.85, 0.3, -0.35)), 0.1) * 0.9;
    glaze += 0.7 * pow(max(dot(normal, half_way), 0.0), 90.0) + 0.12 * pow(edge(normal, view), 3.0);
    float gold = smoothstep(0.045, 0.02, cracks(v_rest * 5.2 + 0.3 * noise(v_rest * 14.0) + 0.37, 1.0));
    float shine = pow(max(dot(normal, half_way), 0.0), 6.0);
    vec3 metal = u_accent * (0.22 + 0.9 * shine + 0.3 * lit + 0.8 * u_energy * (0.3 + 0.7 * u_pulse));
    show(mix(glaze, metal, gold), 1.0);
}
