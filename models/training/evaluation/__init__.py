"""How good is a dancer? The real engine dances to held-out music, and `models.training.metrics` measures it.

Whoever runs an evaluation says how an engine is made (`dancers.MakeEngine`): this package knows no model by name.
"""
