"""`python -m tasks doctor`: what an administrator asks first. Looks at everything, changes nothing, and always ends.

One check a module or a small group of them; `examination` lists them. A check answers with findings: a code and what
fills its sentence. What a code means, how bad it is, and what to do about it is data: `sentences.tsv`, in both
languages; it holds the remedies of `tasks.errors` too.
"""
