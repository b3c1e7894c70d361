//! The link as a QR code: what a phone reads is the link.

use crate::support::{Setup, views::Created};

/// The dark modules of a path whose subpaths are rectangles of one module's height.
fn modules(path: &str, size: usize) -> Vec<bool> {
    let mut dark = vec![false; size * size];
    for run in path.split('M').skip(1) {
        let run = run.strip_suffix('z').expect("every subpath is closed");
        let (start, rest) = run.split_once('h').expect("it goes right");
        let (x, y) = start.split_once(' ').expect("two coordinates");
        let (length, back) = rest.split_once("v1h-").expect("down, and left");
        assert_eq!(length, back, "as far left as right");
        let [x, y, length] = [x, y, length].map(|number| number.parse::<usize>().unwrap());
        for x in x..x + length {
            assert!(!dark[y * size + x], "no module is drawn twice");
            dark[y * size + x] = true;
        }
    }
    dark
}

/// A bare grid of modules, for the reader.
struct Modules {
    side: usize,
    dark: Vec<bool>,
}

impl rqrr::BitGrid for Modules {
    fn size(&self) -> usize {
        self.side
    }

    fn bit(&self, y: usize, x: usize) -> bool {
        self.dark[y * self.side + x]
    }
}

#[tokio::test]
async fn who_does_not_ask_gets_no_code() {
    let server = Setup::shared().await.start().await;
    for fields in [&[][..], &[("qr", "")]] {
        let answer = server.client().try_upload(b"x", "x", fields).await;
        let created: Created = answer.expect(201).json();
        assert_eq!((created.qr, created.qr_size), (None, None));
    }
    server.finish().await;
}

#[tokio::test]
async fn the_code_in_the_answer_is_the_link_with_a_quiet_zone_around_it() {
    let base = "https://drop.example.org";
    for public in [base.to_owned(), format!("{base}{}", ":8443"), String::new()] {
        let server = Setup::shared()
            .await
            .set("PUBLIC_URL", &public)
            .start()
            .await;
        let answer = server
            .client()
            .try_upload(b"x", "x", &[("qr", "1")])
            .await
            .expect(201);
        let created: Created = answer.json();
        let size = created.qr_size.expect("its size, too");
        let dark = modules(&created.qr.expect("it was asked for"), size);
        let side = size - 8;
        let inner = |place: usize| (4..4 + side).contains(&place);
        let mut grid = Vec::new();
        for (place, is_dark) in dark.into_iter().enumerate() {
            if inner(place % size) && inner(place / size) {
                grid.push(is_dark);
            } else {
                assert!(!is_dark, "the quiet zone is light");
            }
        }
        let (meta, read) = rqrr::Grid::new(Modules { side, dark: grid })
            .decode()
            .unwrap();
        assert_eq!(read, created.link);
        assert_eq!(meta.ecc_level, 0, "error correction of level M");
        server.finish().await;
    }
}
