"""The network in torch: trained and exported, never needed in a show."""
