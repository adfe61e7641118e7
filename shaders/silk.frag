// Thin cloth in back light: brighter where it is seen edge-on, woven of threads, older cloth thinner.
//
//   u_eye: metres, world; where the picture is seen from
//   u_tint: linear light, colour of fresh cloth
//   u_accent: linear light, colour of old cloth
//   u_beat: beats since the music began
//   u_energy: 0 to 1, how loud and dense the music is
//   u_gain: 0 to 1
//   u_decay: per metre of height, how fast the image in the floor fades

uniform vec3 u_eye;
uniform vec3 u_tint;
uniform vec3 u_accent;
uniform float u_beat;
uniform float u_energy;
uniform float u_gain;
uniform float u_decay;
varying vec3 v_world;
varying vec3 v_normal;
varying vec3 v_age_along_side;

void main() {
    float age = v_age_along_side.x;
    float along = v_age_along_side.y;
    vec3 view = normalize(u_eye - v_world);
    float facing = abs(dot(normalize(v_normal + 1e-5), view));
    float grazing = pow(1.0 - facing, 2.0);
    float thread = 0.5 + 0.5 * sin(150.0 * along);
    float soft = clamp(fwidth(along) * 40.0, 0.0, 1.0);
    thread = mix(thread * thread, 0.4, soft);
    // A fold of light travels outward along the cloth, one a beat.
    float fold = 0.5 + 0.5 * cos(6.2831853 * (u_beat + 2.0 * age - 0.5 * along));
    vec3 colour = mix(u_tint, u_accent, smoothstep(0.02, 0.75, age + 0.15 * v_age_along_side.z));
    float body = (0.16 + 0.8 * grazing) * (0.45 + 0.55 * thread) + 0.12 * fold * fold;
    float hem = smoothstep(0.93, 1.0, along);
    float thin = (1.0 - age) * (1.0 - age) * smoothstep(0.0, 0.03, age);
    float light = thin * (body + 0.8 * hem) * (0.55 + 0.7 * u_energy);
    gl_FragColor = vec4(sqrt(clamp(colour + 0.12 * hem, 0.0, 1.0)), light * u_gain * exp(-u_decay * abs(v_world.y)));
}
