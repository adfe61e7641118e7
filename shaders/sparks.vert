// Sparks that moving limbs shed; where each one is now is computed with the pose it was born of.
//
//   u_clip_from_world: matrix, world metres to clip space
//   u_size: pixels at one metre
//   u_flip: 1, or -1 for the image in the floor (y = 0)

attribute vec3 a_position;
attribute vec2 a_light_age;
uniform mat4 u_clip_from_world;
uniform float u_size;
uniform float u_flip;
varying vec2 v_light_age;

void main() {
    gl_Position = u_clip_from_world * vec4(a_position * vec3(1.0, u_flip, 1.0), 1.0);
    gl_PointSize = clamp(u_size * (1.0 - 0.6 * a_light_age.y) / gl_Position.w, 1.0, 20.0);
    v_light_age = a_light_age;
}
