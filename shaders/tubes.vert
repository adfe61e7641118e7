// A limb as a flat patch that faces the eye, large enough for its glow.
//
//   u_clip_from_world: matrix, world metres to clip space
//   u_eye: metres, world; where the picture is seen from
//   u_flip: 1, or -1 for the image in the floor (y = 0)
//   u_glow: metres, how far the glow reaches beyond the limb

attribute vec4 a_start;
attribute vec4 a_end;
attribute vec4 a_corner;
uniform mat4 u_clip_from_world;
uniform vec3 u_eye;
uniform float u_flip;
uniform float u_glow;
varying vec2 v_place;
varying vec3 v_limb;
varying vec2 v_reach_side;

void main() {
    vec3 side = vec3(1.0, u_flip, 1.0);
    vec3 start = a_start.xyz * side;
    vec3 end = a_end.xyz * side;
    float long_m = max(distance(start, end), 1e-4);
    vec3 along = (end - start) / long_m;
    vec3 across = cross(along, u_eye - 0.5 * (start + end));
    across /= max(length(across), 1e-5);
    float room = max(a_start.w, a_end.w) + u_glow;
    v_place = vec2(a_corner.x * room, a_corner.y > 0.0 ? long_m + room : -room);
    v_limb = vec3(long_m, a_start.w, a_end.w);
    v_reach_side = a_corner.zw;
    gl_Position = u_clip_from_world * vec4(start + v_place.x * across + v_place.y * along, 1.0);
}
