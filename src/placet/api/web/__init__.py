"""What every route uses: bodies, answers, errors, parameters, the API pages."""
