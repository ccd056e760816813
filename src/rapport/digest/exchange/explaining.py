"""Pydantic's findings in an editor's words: what is wrong, and the mend."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, TypeAdapter

from rapport.digest.exchange.problems import suggest

FORMS = {
    "contact_email": "must be an e-mail address, for example desk@example.org",
    "link": "must be an address that begins with https:// or http://",
    "pmid": "must be a PubMed number, at most 12 digits",
}


def explain(detail: Any, model: Any) -> str:
    """One sentence or two for one of pydantic's error details."""
    context = detail.get("ctx", {})
    shown = _shown(detail.get("input"))
    match detail["type"]:
        case "missing":
            return "is missing; add it."
        case "extra_forbidden":
            name = str(detail["loc"][-1])
            known = _fields_around(detail["loc"], model)
            listed = f" Fields here are: {', '.join(known)}." if known else ""
            return f"is not a field we know.{suggest(name, known)}{listed}"
        case "value_error":
            message = str(context["error"])
            return message if isinstance(detail.get("input"), dict) else f"{shown} {message}"
        case "literal_error":
            return f"{shown} is not one of {context['expected'].replace(' or ', ', ')}."
        case "string_unicode":
            return f"{shown} holds a control character; delete it and type the text again."
        case "string_type":
            return f"{shown} must be text; put it in quotes if it looks like a number or a date."
        case "date_type" | "date_from_datetime_parsing" | "date_from_datetime_inexact" | "date_parsing":
            return f"{shown} must be a date, year-month-day, for example 2023-01-09."
        case "int_type" | "int_parsing" | "int_parsing_size" | "int_from_float":
            return f"{shown} must be a whole number, without quotes."
        case "list_type" | "tuple_type":
            return f"{shown} must be a list, one item a line, each with a hyphen before it."
        case "dict_type" | "model_type" | "model_attributes_type":
            return f"{shown} must be a group of named fields, for example `en: …`."
        case "string_too_short" | "too_short":
            return "is empty; fill it in or leave the field out."
        case "string_too_long" | "too_long":
            return f"is longer than {context['max_length']} characters; shorten it."
        case "string_pattern_mismatch":
            form = FORMS.get(detail["loc"][-1], "must be one line, without spaces at its ends")
            return f"{shown} {form}."
        case "greater_than_equal" | "less_than" | "less_than_equal":
            limit = context.get("ge", context.get("lt", context.get("le")))
            return f"{shown} is out of range (limit: {limit})."
    return f"{shown}: {detail['msg'][0].lower()}{detail['msg'][1:]}."


def _shown(value: Any) -> str:
    if value is None:
        return "an empty value"
    if isinstance(value, dict | list | tuple):
        return "this"
    text = str(value).lower() if isinstance(value, bool) else str(value)
    text = text.encode("utf-8", "backslashreplace").decode()
    return f"“{text[:60]}…”" if len(text) > 60 else f"“{text}”"


def _fields_around(loc: tuple[str | int, ...], model: Any) -> list[str]:
    """The fields of the model in which `loc` ends, as far as they can be followed."""
    kind: Any = model._type if isinstance(model, TypeAdapter) else model
    for part in loc[:-1]:
        candidates = [kind, *_arguments(kind)]
        models = [found for found in candidates if isinstance(found, type) and issubclass(found, BaseModel)]
        if not models:
            return []
        kind = models[0]
        if isinstance(part, str) and part in kind.model_fields:
            kind = kind.model_fields[part].annotation
    for found in [kind, *_arguments(kind)]:
        if isinstance(found, type) and issubclass(found, BaseModel):
            return list(found.model_fields)
    return []


def _arguments(kind: Any) -> list[Any]:
    found: list[Any] = []
    for argument in getattr(kind, "__args__", ()):
        found += [argument, *_arguments(argument)]
    return found
