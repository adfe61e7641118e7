"""The flagship: a streaming generator that dances in chunks of 133 ms, one forward each, with cached latents."""
