"""What the stages of a benchmark are called."""

LABELS = {
    "block age": "block age",
    "features": "features",
    "beat": "beat",
    "generate": "generate",
    "pose": "pose",
    "send": "encode and send",
    "lateness": "lateness",
    "draw": "draw",
    "total": "end to end",
}
