// The simplest stage: a floor with rings under a dark sky.
#include "stage.glsl"

void main() {
    vec3 ray = normalize(v_ray);
    vec4 hit = floor_hit(ray);
    vec3 light = u_ground;
    if (hit.w > 0.0) {
        float near = exp(-0.12 * hit.w);
        light += near * (u_ground + u_accent * ring_light(hit.xz, 0.05, 0.3)) * open_sky(hit.xz);
    }
    show(light);
}
