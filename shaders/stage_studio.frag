// A photographer's cove: a seamless sweep of one colour, a pool of light, the shadow of one lamp.
//
//   u_shade: red: how much of the lamp the dancer takes from a place on the floor
//   u_shade_reach: metres from the middle of that picture to its sides
#include "stage.glsl"

uniform sampler2D u_shade;
uniform float u_shade_reach;

void main() {
    vec3 ray = normalize(v_ray);
    vec4 hit = floor_hit(ray);
    float middle = exp(-1.1 * dot(v_screen * vec2(0.9, 1.0), v_screen * vec2(0.9, 1.0)));
    vec3 wall = u_ground * mix(0.55, 0.12, smoothstep(-0.15, 0.4, ray.y)) * (0.25 + 1.2 * middle);
    vec3 light = wall;
    if (hit.w > 0.0) {
        vec2 from_centre = hit.xz - u_centre.xz;
        float reach = length(from_centre);
        float pool = smoothstep(2.6, 0.6, reach);
        float key = pool * (1.0 - 0.85 * texture2D(u_shade, 0.5 + 0.5 * from_centre / u_shade_reach).r);
        vec3 ground = u_ground * (0.3 + 0.9 * exp(-0.12 * reach * reach)) + u_tint * 0.30 * key;
        ground += u_accent * 0.16 * ring_light(hit.xz, 0.05, 0.35) * (0.4 + 0.6 * u_energy);
        ground *= mix(0.12, 1.0, open_sky(hit.xz));
        light = mix(wall, ground, exp(-0.010 * hit.w * hit.w));
    }
    show(light);
}
