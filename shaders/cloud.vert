// The body as a cloud of points that tremble with the bass.
//
//   u_clip_from_world: matrix, world metres to clip space
//   u_size: pixels at one metre
//   u_time: seconds, any steady origin
//   u_low: 0 to 1, loudness of the bass
//   u_energy: 0 to 1, how loud and dense the music is
#include "skinning.glsl"

uniform mat4 u_clip_from_world;
uniform float u_size;
uniform float u_time;
uniform float u_low;
uniform float u_energy;
varying float v_life;

void main() {
    float seed = fract(43758.5453 * sin(dot(a_position, vec3(127.1, 311.7, 74.7))));
    float tremble = 0.5 + 0.5 * sin(40.0 * seed + (1.0 + 2.0 * seed) * u_time);
    pose_skin(0.004 + (0.012 + 0.03 * u_low * u_energy) * tremble * seed);
    gl_Position = u_clip_from_world * vec4(v_world, 1.0);
    gl_PointSize = clamp(u_size * (0.35 + 0.65 * seed) / gl_Position.w, 1.0, 16.0);
    v_life = 0.25 + 0.75 * seed * tremble;
}
