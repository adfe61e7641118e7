// Moves a point of the body's skin with the joints by blending dual quaternions (Kavan et al., "Skinning with dual
// quaternions", 2007), which keeps shoulders and wrists round where blending matrices would pinch them.
//
//   u_bones: columns: two quaternions a joint (real, dual; xyzw; the dual in half metres), world from rest
//   u_offset: metres, world; where this copy of the dancer stands
//   u_flip: 1, or -1 for the image in the floor (y = 0)

attribute vec3 a_position;
attribute vec3 a_normal;
attribute vec4 a_joints;
attribute vec4 a_weights;
uniform mat4 u_bones[12];
uniform vec3 u_offset;
uniform float u_flip;
varying vec3 v_world;
varying vec3 v_normal;
varying vec3 v_rest;

void add_joint(float joint, float weight, vec4 guide, inout vec4 real, inout vec4 dual) {
    int pair = int(0.5 * joint + 0.1);
    bool second = fract(0.5 * joint) > 0.2;
    vec4 turn = second ? u_bones[pair][2] : u_bones[pair][0];
    vec4 shift = second ? u_bones[pair][3] : u_bones[pair][1];
    float signed_weight = dot(turn, guide) < 0.0 ? -weight : weight;
    real += signed_weight * turn;
    dual += signed_weight * shift;
}

vec3 rotate(vec4 q, vec3 v) {
    return v + 2.0 * cross(q.xyz, cross(q.xyz, v) + q.w * v);
}

// Sets the three varyings; the skin stands `swell_m` metres outside itself.
void pose_skin(float swell_m) {
    int nearest = int(0.5 * a_joints.x + 0.1);
    vec4 guide = fract(0.5 * a_joints.x) > 0.2 ? u_bones[nearest][2] : u_bones[nearest][0];
    vec4 real = vec4(0.0);
    vec4 dual = vec4(0.0);
    add_joint(a_joints.x, a_weights.x, guide, real, dual);
    add_joint(a_joints.y, a_weights.y, guide, real, dual);
    add_joint(a_joints.z, a_weights.z, guide, real, dual);
    add_joint(a_joints.w, a_weights.w, guide, real, dual);
    float size = 1.0 / length(real);
    real *= size;
    dual *= size;
    vec3 shift = 2.0 * (real.w * dual.xyz - dual.w * real.xyz + cross(real.xyz, dual.xyz));
    vec3 side = vec3(1.0, u_flip, 1.0);
    v_world = (rotate(real, a_position + swell_m * a_normal) + shift + u_offset) * side;
    v_normal = rotate(real, a_normal) * side;
    v_rest = a_position;
}
