"""What a run is: its configuration, its plan, and what a rule asks for.

In: a configuration in YAML.
Out: the resolved settings, or one sentence on what is wrong with them; the plan that the rules ask
for their files, parameters, memory and code.
"""
