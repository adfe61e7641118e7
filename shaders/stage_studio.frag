// A photographer's cove: a seamless sweep of one colour, a pool of light, a soft shade under the dancer.
#include "stage.glsl"

void main() {
    vec3 ray = normalize(v_ray);
    vec4 hit = floor_hit(ray);
    float height = smoothstep(-0.12, 0.45, ray.y);
    float middle = exp(-0.8 * dot(v_screen, v_screen));
    vec3 wall = u_ground * mix(0.9, 0.35, height) * (0.55 + 0.75 * middle);
    vec3 light = wall;
    if (hit.w > 0.0) {
        vec2 from_centre = hit.xz - u_centre.xz;
        float pool = exp(-0.22 * dot(from_centre, from_centre));
        float sky = open_sky(hit.xz);
        // The key stands to the right and in front: its shade falls to the left and back.
        float thrown = open_sky(hit.xz + vec2(0.35, 0.3));
        vec3 ground = u_ground * (0.75 + 1.5 * pool) * mix(0.25, 1.0, sky) * mix(0.55, 1.0, thrown);
        ground += u_accent * 0.10 * ring_light(hit.xz, 0.10, 0.5) * (0.5 + 0.5 * u_energy);
        light = mix(wall, ground, exp(-0.012 * hit.w * hit.w));
    }
    show(light);
}
