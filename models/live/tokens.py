"""The figures of the token stream that training, export and the show agree on."""

from models.representation import FPS

TOKEN_FRAMES = 4
"""Frames of motion, or of music, that one token stands for."""
TOKEN_S = TOKEN_FRAMES / FPS
"""Seconds of a token: 133 ms, 7.5 tokens a second."""
LATENT = 32
"""Numbers per token. With 16, a linear code of four frames leaves 19 % of the variance of the dance; with 32, 8 %."""
WINDOW = 8
"""Tokens that are being made at once: 1.07 s ahead."""
HISTORY = 60
"""Committed tokens that the denoiser looks back on: 8 s."""
CONTEXT = 10
"""Tokens before the first wanted one that the decoder must see."""
MUSIC_HISTORY = 50
"""Tokens of music that the music encoder looks back on: 6.7 s."""
STYLES = ("salsa", "latin", "street", "michael-jackson", "indian", "modern")
"""What the dances are called; a condition of the generator, in this order."""
MUSIC_FRAMES = 48
"""Frames of music that the music encoder is shown for a token: all that its convolutions can see."""
