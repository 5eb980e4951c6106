//! Values that are numbers.

use std::ops::RangeInclusive;

use super::{Wrong, not_a};
use crate::form::Form;
use crate::tree::{Spelling, Value};

pub(super) fn number(form: Form, bounds: RangeInclusive<u32>, value: &Value) -> Result<u32, Wrong> {
    let Value::Number(number) = value else {
        let remedy = format!("choose {form}, as a whole number without quotes");
        return Err(not_a(form, value, remedy));
    };
    match u32::try_from(*number) {
        Ok(number) if bounds.contains(&number) => Ok(number),
        _ => {
            let is_more = *number > i64::from(*bounds.end());
            let wrong = if is_more {
                "this is too much"
            } else {
                "this is too little"
            };
            Err(Wrong::new(wrong, format!("choose {form}")))
        }
    }
}

pub(super) fn rising(
    form: Form,
    bounds: RangeInclusive<u32>,
    entries: usize,
    numbers: &[i64],
) -> Result<Vec<u32>, Wrong> {
    let within = numbers
        .iter()
        .filter_map(|number| u32::try_from(*number).ok())
        .filter(|number| bounds.contains(number));
    let taken: Vec<u32> = within.collect();
    let wrong = if numbers.is_empty() {
        "this list is empty"
    } else if numbers.len() > entries {
        "this list is too long"
    } else if taken.len() < numbers.len() {
        "a number of this list is out of bounds"
    } else if !taken.is_sorted_by(|one, next| one < next) {
        "these numbers do not rise"
    } else {
        return Ok(taken);
    };
    Err(Wrong::new(wrong, rising_remedy(form)))
}

fn rising_remedy(form: Form) -> String {
    format!("write {form}, such as 60, 120, 180")
}

pub(super) fn listed(form: Form, value: &Value, spelling: Spelling) -> Result<Vec<i64>, Wrong> {
    let number = |value: &Value| match (value, spelling) {
        (Value::Number(number), _) => Some(*number),
        (Value::Text(text), Spelling::Registry) => text.trim().parse().ok(),
        _ => None,
    };
    let numbers = match (value, spelling) {
        (Value::List(values), _) => values.iter().map(number).collect(),
        // What the group policy editor makes of a list: a key with the values 1, 2, 3 and so on.
        (Value::Table(entries), Spelling::Registry) => {
            let numbered: Option<Vec<(u32, i64)>> = entries
                .iter()
                .map(|entry| Some((entry.name.parse().ok()?, number(&entry.value)?)))
                .collect();
            numbered.map(|mut numbered| {
                numbered.sort_unstable();
                numbered.into_iter().map(|(_, number)| number).collect()
            })
        }
        _ => return Err(not_a(form, value, rising_remedy(form))),
    };
    numbers.ok_or_else(|| {
        let wrong = "there is something else than whole numbers in this list";
        Wrong::new(wrong, rising_remedy(form))
    })
}
