//! Methods of numbers (ECMA-262, section 21.1.3).

use crate::error::Failure;
use crate::units::count;
use crate::value::Value;

pub(super) const NAMES: [&str; 5] = ["toFixed", "toLocaleString", "toPrecision", "toString", "valueOf"];

pub(super) fn call(number: f64, name: &str, given: &[Value]) -> Result<Value, Failure> {
    let argument = given.first().unwrap_or(&Value::Undefined);
    let own = Value::Number(number);
    Ok(match name {
        "toFixed" => {
            let digits = within(argument.to_integer(), 0.0, 100.0, name)?;
            if number.abs() >= 1e21 || number.is_nan() {
                return Ok(Value::Text(own.to_text()));
            }
            Value::text(format!("{number:.digits$}"))
        }
        "toPrecision" if !matches!(argument, Value::Undefined) && number.is_finite() => {
            let digits = within(argument.to_integer(), 1.0, 100.0, name)?;
            let exponent = exponent(number, digits);
            let whole = i32::try_from(digits).unwrap_or(i32::MAX);
            if exponent < -6 || exponent >= whole {
                let text = format!("{number:.*e}", digits - 1);
                let (mantissa, power) = text.split_once('e').unwrap_or((&text, "0"));
                let sign = if power.starts_with('-') { "" } else { "+" };
                return Ok(Value::text(format!("{mantissa}e{sign}{power}")));
            }
            let fraction = usize::try_from(whole - 1 - exponent).unwrap_or(0);
            Value::text(format!("{number:.fraction$}"))
        }
        "toString" if !matches!(argument, Value::Undefined) && argument.to_integer() != 10.0 => {
            let radix = within(argument.to_integer(), 2.0, 36.0, name)?;
            Value::text(in_radix(number, radix)?)
        }
        "valueOf" => own,
        _ => Value::Text(own.to_text()),
    })
}

fn within(number: f64, least: f64, most: f64, name: &str) -> Result<usize, Failure> {
    if (least..=most).contains(&number) {
        return Ok(count(number));
    }
    Err(Failure::new(format!("{name} takes a number from {least} to {most}, not {number}.")))
}

/// The power of ten of a number that is rounded to so many digits.
fn exponent(number: f64, digits: usize) -> i32 {
    let text = format!("{number:.*e}", digits - 1);
    text.split_once('e').and_then(|(_, power)| power.parse().ok()).unwrap_or(0)
}

/// A whole number in another radix.
fn in_radix(number: f64, radix: usize) -> Result<String, Failure> {
    if number.fract() != 0.0 || number.abs() > 9_007_199_254_740_991.0 {
        return Err(Failure::new("Only whole numbers can be written in another radix."));
    }
    let (mut rest, mut digits) = (count(number.abs()), Vec::new());
    loop {
        let digit = u32::try_from(rest % radix).unwrap_or(0);
        digits.push(char::from_digit(digit, 36).unwrap_or('0'));
        rest /= radix;
        if rest == 0 {
            break;
        }
    }
    if number < 0.0 {
        digits.push('-');
    }
    Ok(digits.into_iter().rev().collect())
}
