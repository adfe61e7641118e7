// Sparks or dust: points whose whole life is a function of the time, so nothing is simulated.
//
//   u_clip_from_world: matrix, world metres to clip space
//   u_centre: metres, world; the place about which they float
//   u_time: seconds, any steady origin
//   u_rise: metres a second
//   u_size: pixels at one metre
//   u_energy: 0 to 1, how loud and dense the music is

attribute vec4 a_seed;
uniform mat4 u_clip_from_world;
uniform vec3 u_centre;
uniform float u_time;
uniform float u_rise;
uniform float u_size;
uniform float u_energy;
varying float v_life;

void main() {
    float age = fract(a_seed.w + u_time * (0.4 + 0.6 * a_seed.y) * u_rise / 2.6);
    float turn = 6.2832 * a_seed.x;
    float reach = 0.3 + 2.6 * a_seed.z * a_seed.z;
    vec3 place = vec3(reach * cos(turn), 2.6 * age, reach * sin(turn));
    place.x += 0.18 * sin(1.3 * u_time + 40.0 * a_seed.z + 3.0 * age);
    place.z += 0.18 * cos(1.1 * u_time + 50.0 * a_seed.x + 3.0 * age);
    gl_Position = u_clip_from_world * vec4(place + vec3(u_centre.x, 0.02, u_centre.z), 1.0);
    gl_PointSize = clamp(u_size * (0.5 + a_seed.y) / gl_Position.w, 1.0, 24.0);
    v_life = smoothstep(0.0, 0.08, age) * (1.0 - age) * (0.5 + 0.5 * u_energy);
}
