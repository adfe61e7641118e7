// What glowed stays a while: the brighter of the picture now and the paler picture of before.
//
//   u_scene: the picture now, display light
//   u_before: the trails so far, linear light
//   u_keep: 0 to 1, how much of them is left

uniform sampler2D u_scene;
uniform sampler2D u_before;
uniform float u_keep;
varying vec2 v_place;

void main() {
    vec3 light = texture2D(u_scene, v_place).rgb;
    light *= light * smoothstep(0.2, 0.75, max(light.r, max(light.g, light.b)));
    // Eight bits never reach black by multiplying: take one step away too.
    vec3 before = max(texture2D(u_before, v_place).rgb * u_keep - 0.0025, 0.0);
    gl_FragColor = vec4(max(light, before), 1.0);
}
