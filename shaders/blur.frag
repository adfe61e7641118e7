// Nine taps of a bell curve along one axis, paired so that five reads are enough.
//
//   u_scene: what is blurred
//   u_texel: one step along the axis, in texture coordinates

uniform sampler2D u_scene;
uniform vec2 u_texel;
varying vec2 v_place;

void main() {
    vec3 light = 0.227027 * texture2D(u_scene, v_place).rgb;
    light += 0.316216 * (texture2D(u_scene, v_place + 1.384615 * u_texel).rgb + texture2D(u_scene, v_place - 1.384615 * u_texel).rgb);
    light += 0.070270 * (texture2D(u_scene, v_place + 3.230769 * u_texel).rgb + texture2D(u_scene, v_place - 3.230769 * u_texel).rgb);
    gl_FragColor = vec4(light, 1.0);
}
