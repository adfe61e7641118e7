// The dancer stands in the middle of a galaxy: arms of dust turn on the floor, stars and a band of haze are behind.
#include "stage.glsl"
#include "noise.glsl"

vec3 heaven(vec3 ray) {
    vec3 at = ray * 46.0;
    vec3 cell = floor(at);
    float chance = hash(cell);
    vec3 from_star = fract(at) - 0.5 - 0.3 * (vec3(fract(chance * 91.7), fract(chance * 37.3), fract(chance * 53.9)) - 0.5);
    float twinkle = 0.6 + 0.4 * sin(0.9 * u_time + 40.0 * chance);
    float star = exp(-55.0 * dot(from_star, from_star)) * step(0.62, chance) * chance * chance * twinkle;
    float band = exp(-22.0 * pow(ray.y - 0.16 - 0.22 * ray.x, 2.0));
    float dust = noise(ray * 5.0 + vec3(0.0, 0.0, 0.02 * u_time));
    return u_ground + mix(u_accent, u_tint, dust) * band * dust * dust * 0.16 * (0.5 + 0.7 * u_energy) + (u_tint + 0.3) * 0.45 * star;
}

void main() {
    vec3 ray = normalize(v_ray);
    vec4 hit = floor_hit(ray);
    vec3 light = heaven(ray);
    if (hit.w > 0.0) {
        vec2 from_centre = hit.xz - u_centre.xz;
        float reach = max(length(from_centre), 0.05);
        float turn = atan(from_centre.y, from_centre.x);
        // Two arms, wound as a logarithmic spiral; they turn by a quarter in four beats.
        float arm = 0.5 + 0.5 * cos(2.0 * turn - 4.2 * log(reach) - 0.7853982 * u_beat);
        float grain = noise(vec3(hit.xz * 9.0, 0.05 * u_time));
        float disc = exp(-0.38 * reach) * smoothstep(0.12, 0.7, reach);
        float dust = disc * (0.10 + arm * arm * (0.35 + 0.9 * grain * grain));
        vec3 colour = mix(u_tint, u_accent, smoothstep(0.2, 2.6, reach));
        float sky = mix(0.25, 1.0, open_sky(hit.xz));
        vec3 ground = u_ground + colour * dust * (0.35 + 0.5 * u_energy) * sky;
        ground += mix(u_tint, u_accent, 0.3) * 0.45 * ring_light(hit.xz, 0.02, 0.20) * (0.4 + 0.6 * grain) * sky;
        light = mix(ground, heaven(vec3(ray.x, 0.0, ray.z)), 1.0 - exp(-0.0035 * hit.w * hit.w));
    }
    show(light);
}
