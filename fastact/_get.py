"""A function by name, in any framework's spelling, with its parameters bound."""

import numbers
from dataclasses import dataclass
from types import MappingProxyType

from . import _names
from ._registry import FUNCTIONS, ROWS, Activation, Function


@dataclass(frozen=True, repr=False)
class BoundActivation:
    """An activation with its parameters, as `fastact.get` returns it: immutable, comparable, hashable, picklable.

    >>> elu = fastact.get("elu", alpha=0.5)
    >>> elu(x), elu.forward(x, out=x), elu.backward(grad, y=x, out=grad)

    Attributes
    ----------
    activation : Activation
        The row of the registry.
    values : tuple of float
        Its parameters, in order.
    """

    activation: Activation
    values: tuple[float, ...] = ()

    def __repr__(self):
        arguments = "".join(f", {name}={value!r}" for name, value in self.parameters.items())
        return f"fastact.get({self.name!r}{arguments})"

    def __call__(self, x, out=None):
        return self.activation.forward(x, *self.values, out=out)

    def forward(self, x, out=None):
        """The value at x; `out=x` works in place."""
        return self.activation.forward(x, *self.values, out=out)

    def backward(self, grad, x=None, *, y=None, out=None):
        """`grad` times the derivative at x, or from the output y where `reads` says so; `out=grad` works in place."""
        if y is not None and not self.activation.from_y:
            raise TypeError(f"{self.name}: the gradient cannot be had from y; give x")
        return self.activation.backward(grad, x, *self.values, y=y, out=out)

    @property
    def name(self):
        """The name in the registry."""
        return self.activation.name

    @property
    def parameters(self):
        """The parameters and their values, as a dict."""
        return dict(zip(self.activation.parameters, self.values, strict=True))

    @property
    def formula(self):
        """The formula, as text."""
        return self.activation.formula

    @property
    def reads(self):
        """What the backward pass can start from with these parameters: "x", or "x or y"."""
        return "x or y" if self.activation.takes_y(*self.values) else "x"

    @property
    def properties(self):
        """What people choose an activation by: `ActivationProperties`."""
        return self.activation.properties(*self.values)


@dataclass(frozen=True, repr=False)
class BoundFunction:
    """A function that is not elementwise, with its parameters, as `fastact.get` returns it: immutable, comparable,
    hashable, picklable.

    >>> softmax = fastact.get("scipy:softmax")       # axis=None
    >>> y = softmax(x)
    >>> softmax.backward(grad, y)

    Attributes
    ----------
    function : Function
        The row of the registry.
    values : tuple of pairs
        (name, value) of the parameters.
    spelling : str
        The name there, "onnx:SwiGLU", where the inputs have another order there, which is then that of the arguments,
        of the gradients and of `out` too; else "".
    """

    function: Function
    values: tuple = ()
    spelling: str = ""

    def __repr__(self):
        arguments = "".join(f", {name}={value!r}" for name, value in self.values)
        return f"fastact.get({self.spelling or self.name!r}{arguments})"

    def __call__(self, *inputs, **keywords):
        return self.forward(*inputs, **keywords)

    def forward(self, *inputs, **keywords):
        """The public function of the inputs, with these parameters; keywords add to them or override them."""
        if self.spelling:
            inputs, keywords = self._named("forward", inputs, keywords)
        return self.function._run(inputs, keywords, self.parameters)

    def backward(self, *inputs, **keywords):
        """Its gradient, from `grad` and what `reads` says, with those of these parameters that it takes."""
        if not self.spelling:
            return self.function._run(inputs, keywords, self.parameters, "_backward")
        inputs, keywords = self._named("backward", inputs, keywords)
        out = keywords.get("out")
        # the two inputs have changed places, and so do their gradients
        if isinstance(out, tuple | list) and len(out) == 2:
            keywords["out"] = tuple(out)[::-1]
        return self.function._run(inputs, keywords, self.parameters, "_backward")[::-1]

    def _named(self, kind, inputs, keywords):
        """The gradient, if any, and the rest by our names, of the inputs in their order and by any of both names."""
        theirs = _names.find(self.spelling)[0].inputs
        names = [*(["grad"] if kind == "backward" else []), *theirs]
        if len(inputs) > len(names):
            raise TypeError(f"{self.spelling}: {kind} takes {', '.join(names)} and no more inputs, got {len(inputs)}")
        given = dict(zip(names, inputs, strict=False))
        for name, value in keywords.items():
            name = next((there for there, ours in theirs.items() if ours == name), name)
            if name in given:
                raise TypeError(f"{self.spelling}: {name} is given twice")
            given[name] = value
        return (), {theirs.get(name, name): value for name, value in given.items()}

    @property
    def name(self):
        """The name in the registry."""
        return self.function.name

    @property
    def parameters(self):
        """The parameters and their values, as a dict."""
        return dict(self.values)

    @property
    def formula(self):
        """The formula, as text."""
        return self.function.formula

    @property
    def reads(self):
        """What the backward pass starts from."""
        return self.function.reads


def get(name, /, **parameters):
    """Look a function up by name, in the spelling of any framework.

    Parameters
    ----------
    name : str, None, Activation, Function or callable
        A name of fastact or of PyTorch ("leaky_relu", "LeakyReLU"), or another framework's where all that
        have it agree ("hard_silu", "logistic", "gelu_new"). With a framework in front it is that framework's
        function, with its defaults and its names of the parameters: "keras:leaky_relu" has slope 0.2,
        "onnx:HardSigmoid" takes alpha and beta. "keras.activations.gelu" and "nn.GELU" are read as
        "keras:gelu" and "torch:GELU". None is the identity. A callable is returned as it is.
    **parameters : float or None
        Instead of the defaults; None is the default. For gelu also `approximate`. For what is not elementwise
        the arguments of the public function beside its inputs: axis, temperature, pieces ... (there an axis of None
        is the whole array), and for prelu the weight.

    Returns
    -------
    BoundActivation or BoundFunction
        An activation has `forward(x, out=None)`, `backward(grad, x=None, *, y=None, out=None)`, and can be called. What
        is not elementwise has the same with the inputs of the public function: "glu" takes value and gate. With a
        framework in front they are in its order: "onnx:SwiGLU" takes gate and value.

    Raises
    ------
    ValueError
        A name that is unknown, or that frameworks use for different things; a parameter that breaks its rule.
    TypeError
        A parameter that the function does not have, or that is not a number where it must be one.

    Notes
    -----
    docs/names.md lists all spellings.
    """
    if isinstance(name, Activation | Function):
        spelling, full, what = _names.Spelling(name.name), name.name, name.name
    elif name is None or isinstance(name, str):
        (spelling, full), what = _names.find("identity" if name is None else name), name
    elif callable(name):
        if parameters:
            raise TypeError(f"get: {name!r} is returned as it is and takes no parameters, got {', '.join(parameters)}")
        return name
    else:
        raise TypeError(
            f"get: name must be a str, None, an Activation, a Function or a callable, not {type(name).__name__}"
        )

    if spelling.row in FUNCTIONS:
        return _bound_function(FUNCTIONS[spelling.row], spelling, full if spelling.inputs else "", what, parameters)
    row, parameters = ROWS[spelling.row], dict(parameters)
    variants = {r.variant: r for r in ROWS.values() if r.function == row.function}
    if variants.keys() - {None} and "approximate" in parameters:
        row = _variant(what, variants, parameters.pop("approximate"), row)
    theirs = {spelling.theirs.get(p.name, p.name): p.name for p in row.params}
    values = {**row.parameters, **{k: v for k, v in spelling.defaults.items() if k in row.parameters}}
    for given, value in parameters.items():
        if given not in theirs:
            accepted = [*theirs, *(["approximate"] if variants.keys() - {None} else [])]
            raise TypeError(f"get: {what!r} has no parameter {given!r}; it has {', '.join(accepted) or 'none'}")
        if value is not None:
            values[theirs[given]] = _number(what, given, value)
    bound = BoundActivation(row, tuple(values.values()))
    bound.forward(0.5)  # the core knows the rules of the parameters
    return bound


def _bound_function(function, spelling, full, what, parameters):
    """The function with the framework's defaults and these parameters."""
    values = {**function.parameters, **spelling.defaults}
    theirs = {spelling.theirs.get(name, name): name for name in function.parameters}
    for given, value in parameters.items():
        if given in spelling.only:
            if value not in (None, spelling.only[given]):
                raise ValueError(
                    f"get: {what!r}: {given} = {value!r} must be {spelling.only[given]:g}: {function.name} has no other"
                )
            continue
        if given not in theirs:
            accepted = ", ".join([*theirs, *spelling.only]) or "none"
            raise TypeError(f"get: {what!r} has no parameter {given!r}; it has {accepted}")
        default = function.parameters[theirs[given]]
        if isinstance(default, float):
            value = _number(what, given, value)
        elif isinstance(default, bool) and not isinstance(value, bool):
            raise TypeError(f"get: {what!r}: {given} must be a bool, not {type(value).__name__}")
        values[theirs[given]] = tuple(value) if isinstance(value, list) else value
    return BoundFunction(function, tuple((name, value) for name, value in values.items() if value is not ...), full)


def _number(what, given, value):
    """A parameter as a float."""
    if not isinstance(value, numbers.Real):
        raise TypeError(f"get: {what!r}: {given} must be a real number, not {type(value).__name__}")
    try:
        return float(value)
    except OverflowError:
        raise ValueError(f"get: {what!r}: {given} = {value} is too large for a float") from None


def _variant(what, variants, value, row):
    """The row for this approximate=: None, a bool as in Keras and JAX, or a name."""
    if value is None:
        return row
    if isinstance(value, bool):
        value = "tanh" if value else "none"
    by_name = MappingProxyType({key or "none": r for key, r in variants.items()})
    if value not in by_name:
        raise ValueError(f"get: {what!r}: approximate = {value!r} must be a bool or one of {', '.join(by_name)}")
    return by_name[value]
