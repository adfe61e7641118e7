// The cheapest last step, for a software renderer: enlarges the picture and fades it to black.
//
//   u_scene: the picture, display light
//   u_shown: 1 (picture) to 0 (black)

uniform sampler2D u_scene;
uniform float u_shown;
varying vec2 v_place;

void main() {
    vec3 light = texture2D(u_scene, v_place).rgb;
    // The same S-curve as in the other last steps.
    light = mix(light, light * light * (3.0 - 2.0 * light), 0.55);
    gl_FragColor = vec4(light * u_shown, 1.0);
}
