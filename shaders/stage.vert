// One triangle pair over the whole picture, with the line of sight of each corner.
//
//   u_right: metres to the right edge of the picture, one metre ahead, world
//   u_up: metres to its upper edge, one metre ahead, world
//   u_forward: unit vector, world, to its middle

attribute vec2 a_position;
uniform vec3 u_right;
uniform vec3 u_up;
uniform vec3 u_forward;
varying vec2 v_screen;
varying vec3 v_ray;

void main() {
    v_screen = a_position;
    v_ray = u_forward + a_position.x * u_right + a_position.y * u_up;
    gl_Position = vec4(a_position, 0.0, 1.0);
}
