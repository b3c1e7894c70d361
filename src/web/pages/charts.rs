//! Figures as paths for SVG, in whole numbers. `static/js/charts.js` draws the same ones when the figures change.

use super::AdminStats;

/// How high the highest bar is.
const HEIGHT: u64 = 40;
/// How long the bar of the disk is.
const LENGTH: u64 = 1000;

/// One day of two things, drawn from one line by one measure: one upwards, the other downwards.
#[derive(Debug)]
pub(super) struct Chart {
    /// What the page's elements are called by.
    pub name: &'static str,
    /// The message above it.
    pub title: &'static str,
    /// What is drawn upwards.
    pub up: Series,
    /// What is drawn downwards.
    pub down: Series,
}

impl Chart {
    pub(super) fn series(&self) -> [(&'static str, &Series); 2] {
        [("up", &self.up), ("down", &self.down)]
    }
}

/// One thing, hour by hour.
#[derive(Debug)]
pub(super) struct Series {
    /// Its name in answers.
    pub what: &'static str,
    /// The message that names it.
    pub label: &'static str,
    /// All hours together.
    pub total: u64,
    /// Its bars.
    pub path: String,
}

/// The disk as a bar: what the shares hold, what else is on it, and what is to stay free at its end.
#[derive(Debug)]
pub(super) struct DiskBar {
    /// Held by shares.
    pub held: String,
    /// Held by anything else.
    pub other: String,
    /// Below it, uploads are refused.
    pub floor: String,
}

/// The three charts of the last 24 hours.
pub(super) fn charts(stats: &AdminStats) -> [Chart; 3] {
    let chart = |name, title, up: (_, _), down: (_, _)| {
        let (ups, downs) = (stats.day(up.0), stats.day(down.0));
        let most = ups.iter().chain(&downs).copied().max().unwrap_or(0);
        let series = |(what, label), values: &[u64], down| Series {
            what,
            label,
            total: values.iter().sum(),
            path: bars(values, most, down),
        };
        Chart {
            name,
            title,
            up: series(up, &ups, false),
            down: series(down, &downs, true),
        }
    };
    [
        chart(
            "shares",
            "admin-chart-shares",
            ("uploads", "admin-uploads"),
            ("picked_up", "admin-picked-up"),
        ),
        chart(
            "bytes",
            "admin-chart-bytes",
            ("bytes_in", "admin-bytes-in"),
            ("bytes_out", "admin-bytes-out"),
        ),
        chart(
            "trouble",
            "admin-chart-trouble",
            ("errors", "admin-errors"),
            ("refused", "admin-refused"),
        ),
    ]
}

/// A bar of 8 in every 10, above 40 or below 41. What happened at all is seen.
fn bars(values: &[u64], most: u64, down: bool) -> String {
    let there = values.iter().enumerate().filter(|(_, value)| **value > 0);
    there
        .map(|(place, value)| {
            let height = scaled(*value, HEIGHT, most).max(2);
            let left = place * 10 + 1;
            if down {
                format!("M{left} 41v{height}h8v-{height}z")
            } else {
                format!("M{left} 40v-{height}h8v{height}z")
            }
        })
        .collect()
}

pub(super) fn disk_bar(stats: &AdminStats) -> DiskBar {
    let used = stats.disk.saturating_sub(stats.free);
    let held = scaled(stats.bytes.min(used), LENGTH, stats.disk);
    let used = scaled(used, LENGTH, stats.disk);
    let floor = scaled(stats.floor.min(stats.disk), LENGTH, stats.disk);
    let part = |from: u64, length: u64| format!("M{from} 0h{length}v16h-{length}z");
    DiskBar {
        held: part(0, held),
        other: part(held, used - held),
        floor: part(LENGTH - floor, floor),
    }
}

/// The part of `length` that `value` is of `whole`, rounded down.
fn scaled(value: u64, length: u64, whole: u64) -> u64 {
    let part = u128::from(value) * u128::from(length) / u128::from(whole.max(1));
    u64::try_from(part).unwrap_or(length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_keep_their_hour_and_their_measure() {
        assert_eq!(
            bars(&[0, 4, 2], 4, false),
            "M11 40v-40h8v40zM21 40v-20h8v20z"
        );
        assert_eq!(bars(&[1, 0], 1000, true), "M1 41v2h8v-2z");
        assert_eq!(bars(&[u64::MAX], u64::MAX, true), "M1 41v40h8v-40z");
        assert_eq!(bars(&[0; 24], 0, false), "");
    }

    #[test]
    fn the_disk_is_never_longer_than_it_is() {
        assert_eq!(scaled(u64::MAX, LENGTH, u64::MAX), LENGTH);
        assert_eq!(scaled(1, LENGTH, 3), 333);
        assert_eq!(scaled(0, LENGTH, 0), 0);
    }
}
