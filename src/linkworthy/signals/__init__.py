"""The judgement's entries, one module a criterion and a kind of harm, and the verdict."""
