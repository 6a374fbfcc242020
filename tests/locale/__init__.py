"""The four languages: what is extracted, how the catalogues are kept, and that nothing is missing from them."""
