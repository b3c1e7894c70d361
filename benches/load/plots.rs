//! Bar charts as SVG, legible on a light and on a dark page.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::report::{Figure, number};

const WIDTH: f64 = 720.0;
const LABELS: f64 = 190.0;
const VALUES: f64 = 70.0;
const ROW: f64 = 26.0;
const TOP: f64 = 56.0;

/// What a bar stands for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// This program.
    Ours,
    /// nginx, in the same run.
    Yardstick,
    /// Another program, measured on another day.
    Earlier,
}

struct Bar {
    label: &'static str,
    value: f64,
    kind: Kind,
}

struct Chart {
    title: &'static str,
    note: &'static str,
    bars: Vec<Bar>,
}

/// Peers as measured on 2026-11-20: name, upload and download in cpu-s/GiB.
const STREAM_PEERS: &[(&str, f64, f64)] = &[
    ("microbin, plain", 0.99, 0.79),
    ("rustypaste, plain", 1.82, 0.81),
    ("psitransfer, plain", 2.61, 2.32),
    ("the original", 4.19, 0.86),
    ("send", 4.32, 2.06),
    ("cryptgeon", 8.33, 6.76),
];

/// Round trips of 1 KiB a second, the same day.
const SMALL_PEERS: &[(&str, f64)] = &[
    ("cryptgeon", 3240.0),
    ("psitransfer", 1260.0),
    ("send", 795.0),
    ("the original", 729.0),
    ("rustypaste", 364.0),
];

/// Every plot with its file name, as far as there are figures for it.
pub(crate) fn all(figures: &BTreeMap<String, Figure>) -> Vec<(&'static str, String)> {
    let median = |name: &str| figures.get(name).map(|figure| figure.median);
    let mut plots = Vec::new();
    for (file, title, what) in [
        (
            "upload.svg",
            "Upload of 1 GiB: CPU seconds of the server per GiB",
            "upload",
        ),
        (
            "download.svg",
            "Download of 1 GiB: CPU seconds of the server per GiB",
            "download",
        ),
    ] {
        let peers = STREAM_PEERS.iter().map(|(label, up, down)| Bar {
            label,
            value: if what == "upload" { *up } else { *down },
            kind: Kind::Earlier,
        });
        let name = |variant| format!("stream/{what}/{variant}/cpu-s/GiB");
        plots.push((
            file,
            chart(
                title,
                "less is better; hatched: measured 2026-11-20 on a machine of this kind",
                [median(&name("nginx")), median(&name("onetimeshare"))],
                peers,
            ),
        ));
    }
    let peers = SMALL_PEERS.iter().map(|(label, value)| Bar {
        label,
        value: *value,
        kind: Kind::Earlier,
    });
    let name = |variant| format!("small-tmpfs/share/{variant}/shares/s");
    plots.push((
        "small.svg",
        chart(
            "Files of 1 KiB up and down per second, 16 connections, tmpfs",
            "more is better; hatched: measured 2026-11-20, on a disk that they do not sync",
            [median(&name("nginx")), median(&name("onetimeshare"))],
            peers,
        ),
    ));
    plots
        .into_iter()
        .filter_map(|(file, chart)| Some((file, draw(&chart?))))
        .collect()
}

fn chart(
    title: &'static str,
    note: &'static str,
    [nginx, ours]: [Option<f64>; 2],
    peers: impl Iterator<Item = Bar>,
) -> Option<Chart> {
    let mut bars = vec![
        Bar {
            label: "nginx, plain",
            value: nginx?,
            kind: Kind::Yardstick,
        },
        Bar {
            label: "OneTimeShare",
            value: ours?,
            kind: Kind::Ours,
        },
    ];
    bars.extend(peers);
    Some(Chart { title, note, bars })
}

fn draw(chart: &Chart) -> String {
    let most = chart.bars.iter().map(|bar| bar.value).fold(0.0, f64::max);
    let height = TOP + ROW * chart.bars.len() as f64 + 14.0;
    let mut svg = format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{title}">
<defs><pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="6" height="6" fill="#dfe4ea"/><rect width="2" height="6" fill="#aab4c0"/></pattern></defs>
<rect width="{WIDTH}" height="{height}" rx="6" fill="#fff"/>
<g font-family="system-ui, sans-serif" font-size="13" fill="#1f2933">
<text x="16" y="24" font-size="15" font-weight="600">{title}</text>
<text x="16" y="42" font-size="12" fill="#52606d">{note}</text>
"##,
        title = chart.title,
        note = chart.note
    );
    for (index, bar) in chart.bars.iter().enumerate() {
        let y = TOP + ROW * index as f64;
        let width = (bar.value / most * (WIDTH - LABELS - VALUES)).max(1.0);
        let (fill, weight) = match bar.kind {
            Kind::Ours => ("#0b7285", "600"),
            Kind::Yardstick => ("#868e96", "400"),
            Kind::Earlier => ("url(#hatch)", "400"),
        };
        // Writing into a String cannot fail.
        let _written = writeln!(
            svg,
            r#"<text x="{x}" y="{base}" text-anchor="end" font-weight="{weight}">{label}</text><rect x="{LABELS}" y="{top}" width="{width:.1}" height="18" rx="2" fill="{fill}"/><text x="{at:.1}" y="{base}" font-weight="{weight}">{value}</text>"#,
            x = LABELS - 10.0,
            base = y + 14.0,
            label = bar.label,
            top = y,
            at = LABELS + width + 8.0,
            value = number(bar.value)
        );
    }
    svg.push_str("</g>\n</svg>\n");
    svg
}
