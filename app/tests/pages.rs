//! Pages drawn from plain values.
