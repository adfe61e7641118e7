// A club: rings run over a glossy black floor, light tubes stand round it, beams sway in the haze.
#include "stage.glsl"

const float WALL_M = 9.0;

// The ring of light tubes round the stage, and the haze between them, as seen along a ray.
vec3 backdrop(vec3 from, vec3 ray) {
    vec2 o = from.xz - u_centre.xz;
    float a = dot(ray.xz, ray.xz);
    float b = dot(o, ray.xz);
    float far = (-b + sqrt(max(b * b - a * (dot(o, o) - WALL_M * WALL_M), 0.0))) / max(a, 1e-4);
    vec3 wall = from + far * ray;
    float angle = atan(wall.x - u_centre.x, wall.z - u_centre.z) * 4.456338;  // 28 tubes
    float tube = floor(angle);
    float gap = (fract(angle) - 0.5) * 2.02;  // metres along the wall
    float wave = 0.5 + 0.5 * sin(tube * 1.9 + 0.7853982 * u_beat);
    float height = 0.7 + 3.0 * wave * (0.3 + 0.7 * u_energy);
    float lit = smoothstep(height + 0.5, height - 0.5, wall.y) * smoothstep(0.0, 0.3, wall.y);
    float core = exp(-gap * gap * 1100.0);
    float halo = exp(-abs(gap) * 6.0);
    vec3 colour = mix(u_accent, u_tint, 0.5 + 0.5 * sin(tube * 0.9));
    vec3 haze = mix(u_accent, u_tint, 0.35) * 0.028 * (0.5 + 0.7 * u_energy) * exp(-0.55 * abs(wall.y - 0.2));
    return u_ground + haze + colour * lit * (0.55 * core + 0.035 * halo) * (0.3 + 0.6 * wave * u_energy);
}

void main() {
    vec3 ray = normalize(v_ray);
    vec4 hit = floor_hit(ray);
    vec2 from_centre = hit.xz - u_centre.xz;
    float reach = length(from_centre);
    vec3 light;
    if (hit.w > 0.0 && reach < WALL_M) {
        float sky = open_sky(hit.xz);
        vec3 ring = mix(u_tint, u_accent, smoothstep(0.8, 3.4, reach)) * ring_light(hit.xz, 0.02, 0.13);
        float mirror = 0.12 + 0.6 * pow(1.0 + ray.y, 4.0);
        light = mix(u_accent, u_tint, 0.5) * 0.02 * exp(-0.35 * reach * reach) * sky;
        light += ring * (0.8 + 0.4 * u_low) * mix(0.35, 1.0, sky);
        light += mirror * backdrop(hit.xyz, vec3(ray.x, -ray.y, ray.z)) * sky;
    } else {
        light = backdrop(u_eye, ray);
    }
    light += beam_light(0.09) * mix(u_tint, u_accent, 0.5 + 0.5 * sin(0.3 * u_time)) * 0.45;
    show(light);
}
