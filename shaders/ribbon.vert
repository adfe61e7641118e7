// A band of light where a hand has been; it faces the eye and thins out with age.
//
//   u_clip_from_world: matrix, world metres to clip space
//   u_eye: metres, world; where the picture is seen from
//   u_width: metres at the hand

attribute vec3 a_position;
attribute vec3 a_tangent;
attribute vec2 a_across_age;
uniform mat4 u_clip_from_world;
uniform vec3 u_eye;
uniform float u_width;
varying vec2 v_across_age;

void main() {
    vec3 side = cross(a_tangent, u_eye - a_position);
    side *= u_width * a_across_age.x * (1.0 - 0.7 * a_across_age.y) / max(length(side), 1e-4);
    v_across_age = a_across_age;
    gl_Position = u_clip_from_world * vec4(a_position + side, 1.0);
}
