// The cheapest last step, for a software renderer: enlarges the picture and fades it to black.
//
//   u_scene: the picture, display light
//   u_shown: 1 (picture) to 0 (black)
//   u_filter: colour of a glass before the picture, for the operator's eyes
//   u_grey: 1 to lose all other colour in it, else 0
//   u_weight: 0 to 1, how much this picture covers the one under it, while looks change
//   u_clear: 1 to leave out the ground, so that what is not the dancer is transparent; else 0

uniform sampler2D u_scene;
uniform float u_shown;
uniform vec3 u_filter;
uniform float u_grey;
uniform float u_weight;
uniform float u_clear;
varying vec2 v_place;

void main() {
    vec4 picture = texture2D(u_scene, v_place);
    vec3 light = picture.rgb;
    // The same S-curve as in the other last steps.
    light = mix(light, light * light * (3.0 - 2.0 * light), 0.55);
    light *= u_shown;
    light = mix(light, vec3(dot(light, vec3(0.3, 0.59, 0.11))), u_grey) * u_filter;
    float body = clamp(max(picture.a * u_shown, max(light.r, max(light.g, light.b))), 0.0, 1.0);
    gl_FragColor = vec4(light, u_weight * mix(1.0, body, u_clear));
}
