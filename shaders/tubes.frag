// A capsule of glass with light in its wall; a wave of it runs from the hips to the ends on every beat.
//
//   u_tint: linear light, colour of the body's left
//   u_accent: linear light, colour of its right
//   u_beat: beats since the music began
//   u_energy: 0 to 1, how loud and dense the music is
//   u_pixel: metres, size of a pixel at the dancer
//   u_gain: 0 to 1
//   u_glow: metres, how far the glow reaches beyond the limb

uniform vec3 u_tint;
uniform vec3 u_accent;
uniform float u_beat;
uniform float u_energy;
uniform float u_pixel;
uniform float u_gain;
uniform float u_glow;
varying vec2 v_place;
varying vec3 v_limb;
varying vec2 v_reach_side;

void main() {
    float at = clamp(v_place.y / v_limb.x, 0.0, 1.0);
    float radius = mix(v_limb.y, v_limb.z, at);
    float gap = length(vec2(v_place.x, v_place.y - at * v_limb.x)) - radius;
    float wall = 0.0045 + 0.6 * u_pixel;
    float core = exp(-gap * gap / (wall * wall));
    float halo = exp(-abs(gap) / (0.28 * u_glow)) * smoothstep(u_glow, 0.3 * u_glow, gap);
    // A thread of light glows in the middle of the glass, and the glass is clearer where it is thick.
    float depth = clamp(-gap / radius, 0.0, 1.0);
    float inside = 0.35 + 0.65 * depth;
    float thread = exp(-pow((1.0 - depth) * radius / (0.011 + 0.6 * u_pixel), 2.0)) * step(0.001, depth);
    inside *= step(0.001, depth);
    float wave = 0.5 + 0.5 * cos(6.2831853 * (u_beat - 0.8 * v_reach_side.x));
    wave *= wave;
    float power = 0.17 + 0.22 * u_energy + 0.70 * wave * (0.3 + 0.7 * u_energy);
    vec3 colour = mix(u_accent, u_tint, v_reach_side.y);
    vec3 light = power * (core * (1.5 * colour + 0.22) + 0.085 * halo * colour + 0.13 * inside * colour + 0.45 * thread * (colour + 0.1));
    gl_FragColor = vec4(sqrt(1.0 - exp(-light)), u_gain);
}
