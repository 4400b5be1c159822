"""Addresses that one application compiled, lent to all others that have the same."""

from collections.abc import Mapping
from threading import RLock
from typing import Any, ClassVar

from werkzeug.routing import Map, Rule, RuleFactory
from werkzeug.routing.matcher import StateMachineMatcher

# What makes a rule: what Flask and Werkzeug are told of it.
PARTS = ("rule", "endpoint", "defaults", "subdomain", "host", "strict_slashes", "merge_slashes", "build_only")
MORE_PARTS = ("alias", "redirect_to", "websocket", "provide_automatic_options")


class KnownAddresses(Map):
    """The map of an application, compiled at its first use, and once for all that have the same rules.

    Each test makes an application, and to compile its 300 rules took half of that. A rule leads to the name
    of a view alone: the views are each application's own.
    """

    _known: ClassVar[dict[str, tuple[StateMachineMatcher, dict[Any, list[Rule]]]]] = {}
    _one_at_a_time: ClassVar[Any] = RLock()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._noted: list[Rule] = []
        super().__init__(*args, **kwargs)

    def add(self, rulefactory: RuleFactory) -> None:
        """Notes rules; all that asks for them calls `update` first."""
        self._noted.extend(rulefactory.get_rules(self))
        self._remap = True

    def update(self) -> None:
        """Sees to it that the rules are compiled."""
        if not self._remap:
            return
        with self._one_at_a_time:
            made_of = repr((sorted(self.converters.items(), key=str), [_told(rule) for rule in self._noted]))
            if made_of not in self._known:
                self._matcher, self._rules_by_endpoint = StateMachineMatcher(self.merge_slashes), {}
                for rule in self._noted:
                    super().add(rule)
                super().update()
                self._known[made_of] = self._matcher, self._rules_by_endpoint
            self._matcher, self._rules_by_endpoint = self._known[made_of]
            self._remap = False


def _told(rule: Rule) -> Mapping[str, object]:
    told = {part: getattr(rule, part, None) for part in (*PARTS, *MORE_PARTS)}
    return told | {"methods": sorted(rule.methods or ())}
