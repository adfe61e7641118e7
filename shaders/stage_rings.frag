// A club: rings run over a glossy black floor, light tubes stand round it, beams sway in the haze.
#include "stage.glsl"

// The ring of light tubes round the stage, and the haze between them, as seen along a ray.
vec3 backdrop(vec3 from, vec3 ray) {
    vec2 o = from.xz - u_centre.xz;
    float a = dot(ray.xz, ray.xz);
    float b = dot(o, ray.xz);
    float far = (-b + sqrt(max(b * b - a * (dot(o, o) - 64.0), 0.0))) / max(a, 1e-4);
    vec3 wall = from + far * ray;
    float angle = atan(wall.x - u_centre.x, wall.z - u_centre.z) * 5.0930;  // 32 tubes
    float tube = floor(angle);
    float gap = (fract(angle) - 0.5) * 1.5708;  // metres along the wall
    float wave = 0.5 + 0.5 * sin(tube * 1.9 + 0.7854 * u_beat);
    float height = 1.5 + 2.2 * wave * (0.35 + 0.65 * u_energy);
    float lit = smoothstep(height + 0.25, height - 0.25, wall.y) * smoothstep(0.15, 0.4, wall.y);
    float core = exp(-gap * gap * 900.0);
    float halo = exp(-abs(gap) * 5.0);
    vec3 colour = mix(u_accent, u_tint, 0.5 + 0.5 * sin(tube * 0.9));
    vec3 haze = u_ground + 0.05 * (0.4 + 0.6 * u_energy) * mix(u_accent, u_tint, 0.3) * exp(-0.42 * max(wall.y, 0.0));
    return haze + colour * lit * (0.75 * core + 0.07 * halo) * (0.35 + 0.5 * wave * u_energy);
}

void main() {
    vec3 ray = normalize(v_ray);
    vec4 hit = floor_hit(ray);
    vec3 light;
    if (hit.w > 0.0 && hit.w < 40.0) {
        vec2 place = hit.xz;
        float sky = open_sky(place);
        float from_centre = length(place - u_centre.xz);
        float pool = exp(-0.16 * from_centre * from_centre);
        vec3 ring = mix(u_tint, u_accent, smoothstep(0.3, 3.5, from_centre)) * ring_light(place, 0.03, 0.3);
        float mirror = 0.10 + 0.7 * pow(1.0 + ray.y, 4.0);
        light = u_ground * (0.6 + pool) * sky + 0.05 * pool * mix(u_accent, u_tint, 0.6) * sky;
        light += ring * (0.9 + 0.5 * u_low) * mix(0.4, 1.0, sky);
        light += mirror * backdrop(hit.xyz, vec3(ray.x, -ray.y, ray.z)) * sky;
    } else {
        light = backdrop(u_eye, ray);
    }
    light += beam_light(0.11) * mix(u_tint, u_accent, 0.5 + 0.5 * sin(0.3 * u_time)) * 0.2;
    show(light);
}
