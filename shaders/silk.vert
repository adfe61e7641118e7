// Cloth that limbs have drawn through the air: where they were, joined to where they are.
//
//   u_clip_from_world: matrix, world metres to clip space
//   u_flip: 1, or -1 for the image in the floor (y = 0)

attribute vec3 a_position;
attribute vec3 a_normal;
attribute vec3 a_age_along_side;
uniform mat4 u_clip_from_world;
uniform float u_flip;
varying vec3 v_world;
varying vec3 v_normal;
varying vec3 v_age_along_side;

void main() {
    vec3 side = vec3(1.0, u_flip, 1.0);
    v_world = a_position * side;
    v_normal = a_normal * side;
    v_age_along_side = a_age_along_side;
    gl_Position = u_clip_from_world * vec4(v_world, 1.0);
}
