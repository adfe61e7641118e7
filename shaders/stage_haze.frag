// An empty room full of haze: one pool of light round the dancer's feet, and the rings in it; all else is dark.
#include "stage.glsl"

void main() {
    vec3 ray = normalize(v_ray);
    vec4 hit = floor_hit(ray);
    float middle = exp(-1.6 * dot(v_screen * vec2(0.75, 1.0), v_screen * vec2(0.75, 1.0)));
    vec3 haze = mix(u_accent, u_tint, 0.5 + 0.5 * sin(0.3926991 * u_beat)) * 0.018 * middle * (0.4 + 0.9 * u_energy);
    vec3 light = u_ground + haze;
    if (hit.w > 0.0) {
        float reach = length(hit.xz - u_centre.xz);
        float pool = exp(-0.55 * reach * reach);
        vec3 ring = mix(u_tint, u_accent, smoothstep(0.3, 3.2, reach)) * ring_light(hit.xz, 0.03, 0.22);
        light += (mix(u_tint, u_accent, 0.35) * 0.06 * pool * (0.5 + 0.6 * u_low) + 0.55 * ring) * mix(0.3, 1.0, open_sky(hit.xz));
    }
    show(light);
}
