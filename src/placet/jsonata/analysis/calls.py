"""What follows functions: their definitions, their calls and chains of them."""

from __future__ import annotations

from placet.jsonata import nodes as n
from placet.jsonata.analysis.places import INPUT, NOTHING, Names, Places, declared, extend, join
from placet.jsonata.analysis.reader import Reader, reads, stands_in
from placet.jsonata.analysis.values import read_transform
from placet.jsonata.functions.facts import Facts, Given, Passes, Reads
from placet.jsonata.functions.registry import BUILTINS
from placet.jsonata.recognition import chain
from placet.jsonata.runtime.signature import Signature

__all__ = ["read_call", "takes_context"]


@reads(n.Lambda)
def read_function(reader: Reader, node: n.Lambda, context: Places, names: Names) -> Places:
    reader.use(read_body(reader, node, [], context, names))
    return NOTHING


def read_body(
    reader: Reader, node: n.Lambda, arguments: list[Places], context: Places, names: Names
) -> Places:
    """What a function gives for arguments from these places; more arguments are unknown."""
    inner = {**names, **dict.fromkeys(node.parameters, NOTHING), **declared([node.body])}
    inner.update(zip(node.parameters, arguments, strict=False))
    if node.signature is not None and stands_in(node.signature):
        reader.use(INPUT)
    reader.lambdas += 1
    places = reader.value(node.body, context, inner)
    reader.lambdas -= 1
    return places


@reads(n.Call, n.Partial)
def read_call(reader: Reader, node: n.Call | n.Partial, context: Places, names: Names) -> Places:
    return read_invoke(reader, node, None, context, names)


def read_invoke(
    reader: Reader, node: n.Call | n.Partial, piped: Places | None, context: Places, names: Names
) -> Places:
    """A call; `piped` is the first argument that `~>` hands over."""
    procedure = node.procedure
    given = [] if piped is None else [piped]
    if isinstance(procedure, n.Variable) and not procedure.predicates:
        name = procedure.name
        if name not in names and name in BUILTINS and isinstance(node, n.Call):
            return read_builtin(reader, name, given, node.arguments, context=context, names=names)
    places = [*given, *(reader.value(item, context, names) for item in node.arguments)]
    if isinstance(procedure, n.Lambda) and isinstance(node, n.Call):
        return read_body(reader, procedure, places, context, names)
    reader.use(join(places))
    reader.called_on |= context
    while isinstance(procedure, n.Call) and not procedure.predicates:
        for argument in procedure.arguments:
            reader.consume(argument, context, names)
        procedure = procedure.procedure
    reader.consume(procedure, context, names)
    return NOTHING


def read_builtin(
    reader: Reader,
    name: str,
    given: list[Places],
    arguments: list[n.Node],
    *,
    context: Places,
    names: Names,
) -> Places:
    reader.functions.add(name)
    facts = BUILTINS[name].facts
    if takes_context(BUILTINS[name].signature, len(given) + len(arguments)):
        given = [context, *given]
    if facts.hands:
        return read_higher_order(reader, facts, given, arguments, context=context, names=names)
    places = [*given, *(reader.value(item, context, names) for item in arguments)]
    if facts.passes is Passes.ITEMS:
        return join(places)
    key = arguments[-1] if arguments else None
    passing = facts.passes is Passes.FIELD
    if passing and isinstance(key, n.Literal) and isinstance(key.value, str):
        return extend(places[0], key.value)
    if facts.reads is Reads.TODAY and len(places) > 1:
        # A picture without a year takes what is missing from today.
        reader.clock = reader.clock or not _has_year(key)
    if facts.reads is Reads.ANYTHING:
        reader.use(INPUT)
    reader.use(join(places))
    return extend(places[0], "*") if passing else NOTHING


def _has_year(picture: n.Node | None) -> bool:
    if not isinstance(picture, n.Literal) or not isinstance(picture.value, str):
        return False
    # of doubled brackets, the first is a character
    return "[Y" in picture.value.replace("[[", "")


def read_higher_order(
    reader: Reader,
    facts: Facts,
    given: list[Places],
    arguments: list[n.Node],
    *,
    context: Places,
    names: Names,
) -> Places:
    functions = [item for item in arguments if isinstance(item, n.Lambda)]
    others = [item for item in arguments if not isinstance(item, n.Lambda)]
    places = [*given, *(reader.value(item, context, names) for item in others)]
    whole = places[0] if places else NOTHING
    if len(functions) != 1:
        reader.use(join(places))
        for function in functions:
            reader.consume(function, context, names)
        return whole
    meaning = {
        Given.ITEM: whole,
        Given.PART: extend(whole, "*"),
        Given.KEY: NOTHING,
        Given.WHOLE: whole,
        Given.SO_FAR: join(places),
    }
    known = [meaning[role] for role in facts.hands]
    result = read_body(reader, functions[0], known, context, names)
    reader.touched |= whole
    if facts.passes is Passes.BODY:
        return result
    reader.use(result)
    return join(places)


@reads(n.Apply)
def read_apply(reader: Reader, node: n.Apply, context: Places, names: Names) -> Places:
    parts = chain(node)
    places = reader.value(parts[0].left, context, names)
    for part in parts:
        given = read_pipe(reader, part.right, places, context, names)
        places = reader.suffixes(part.right, given, names)
    return places


def read_pipe(
    reader: Reader, target: n.Node, places: Places, context: Places, names: Names
) -> Places:
    match target:
        case n.Call():
            return read_invoke(reader, target, places, context, names)
        case n.Lambda():
            return read_body(reader, target, [places], context, names)
        case n.Transform():
            return read_transform(reader, target, places, names)
        case n.Variable(name=name) if name not in names and name in BUILTINS:
            return read_builtin(reader, name, [places], [], context=context, names=names)
    reader.use(places)
    return reader.own_value(target, context, names)


def takes_context(signature: Signature, count: int) -> bool:
    """Whether a call with `count` arguments takes the context as its first one."""
    parameters = signature.parameters
    if not parameters or not parameters[0].context:
        return False
    required = sum(parameter.context or not parameter.optional for parameter in parameters)
    # `$sift(f)` leaves out the object although the function is the optional one.
    return count < required or (parameters[0].type == "o" and count < len(parameters))
