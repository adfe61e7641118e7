// Noise without tables: values, and the seams between random cells.

float hash(vec3 p) {
    p = fract(p * vec3(0.1031, 0.1030, 0.0973));
    p += dot(p, p.yzx + 33.33);
    return fract((p.x + p.y) * p.z);
}

// Smooth noise, 0 to 1, about one bump per unit.
float noise(vec3 p) {
    vec3 cell = floor(p);
    vec3 f = p - cell;
    f = f * f * (3.0 - 2.0 * f);
    vec2 o = vec2(0.0, 1.0);
    vec4 low = vec4(hash(cell), hash(cell + o.yxx), hash(cell + o.xyx), hash(cell + o.yyx));
    vec4 high = vec4(hash(cell + o.xxy), hash(cell + o.yxy), hash(cell + o.xyy), hash(cell + o.yyy));
    vec4 z = mix(low, high, f.z);
    vec2 y = mix(z.xy, z.zw, f.y);
    return mix(y.x, y.y, f.x);
}

// Distance to a web of wandering lines, 0 on a line: where two fields of noise are equal.
float seams(vec3 p) {
    vec3 bent = p + 0.6 * vec3(noise(p * 2.1 + 7.0));
    return abs(noise(bent) - noise(bent.zxy + 19.7));
}
