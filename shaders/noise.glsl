// Noise without tables: smooth values, and cracks between random stones.

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

// How far from the crack between two stones, 0 in it; about one stone per unit (Worley, "A cellular texture basis
// function", 1996: second nearest minus nearest).
float cracks(vec3 p, float layers) {
    vec3 cell = floor(p);
    float nearest = 8.0;
    float second = 8.0;
    for (int x = -1; x <= 1; x++) {
        for (int y = -1; y <= 1; y++) {
            for (int z = -1; z <= 1; z++) {
                if (abs(float(y)) > layers) {
                    continue;
                }
                vec3 at = cell + vec3(float(x), float(y), float(z));
                float h = hash(at);
                // Kept off the sides of its cell: two stones that nearly touch would leave a blot, not a crack.
                vec3 gap = at + 0.14 + 0.72 * vec3(h, fract(h * 57.3), fract(h * 113.7)) - p;
                gap.y *= layers;
                float d = dot(gap, gap);
                second = min(second, max(nearest, d));
                nearest = min(nearest, d);
            }
        }
    }
    return sqrt(second) - sqrt(nearest);
}
