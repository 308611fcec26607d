"""Who calls: app keys, tokens and OpenID Connect."""
