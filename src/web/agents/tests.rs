//! Tests of the parent module.

use super::*;

/// Turned away from pages and from bytes.
const TOOLS_AND_PREVIEWS: &[&str] = &[
    "curl/8.5.0",
    "curl/7.88.1 libcurl/7.88.1",
    "CURL/8.0",
    "Wget/1.21.4",
    "Wget2/2.1.0",
    "HTTPie/3.2.2",
    "xh/0.18.0",
    "aria2/1.36.0",
    "Axel/2.17.11 (Linux)",
    "lftp/4.9.2",
    "libfetch/2.0",
    "PostmanRuntime/7.36.0",
    "insomnia/8.4.5",
    "Mozilla/5.0 (Windows NT; Windows NT 10.0; en-US) WindowsPowerShell/5.1.19041.1682",
    "Mozilla/5.0 (Macintosh; Darwin 23.2.0) PowerShell/7.4.0",
    "Microsoft BITS/7.8",
    "Microsoft-CryptoAPI/10.0",
    "CertUtil URL Agent",
    "lwp-request/6.61 libwww-perl/6.61",
    "Lavf/60.3.100",
    "yt-dlp/2024.01.01",
    "hurl/4.1.0",
    "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
    "Slackbot 1.0 (+https://api.slack.com/robots)",
    "Slack-ImgProxy (+https://api.slack.com/robots)",
    "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_11_1) AppleWebKit/601.2.4 (KHTML, like Gecko) Version/9.0.1 Safari/601.2.4 facebookexternalhit/1.1 Facebot Twitterbot/1.0",
    "Twitterbot/1.0",
    "WhatsApp/2.23.20.0 A",
    "WhatsApp/2",
    "TelegramBot (like TwitterBot)",
    "Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)",
    "LinkedInBot/1.0 (compatible; Mozilla/5.0; Apache-HttpClient +http://www.linkedin.com)",
    "Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview Preview/0.5 skype-url-preview@microsoft.com",
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm) Chrome/112.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Windows NT 6.1; WOW64) AppleWebKit/534+ (KHTML, like Gecko) BingPreview/1.0b",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_5) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/13.1.1 Safari/605.1.15 (Applebot/0.1; +http://www.apple.com/go/applebot)",
    "Mozilla/5.0 (compatible; Pinterestbot/1.0; +http://www.pinterest.com/bot.html)",
    "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)",
    "Mozilla/5.0 (compatible; redditbot/1.0; +http://www.reddit.com/feedback)",
    "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; ChatGPT-User/1.0; +https://openai.com/bot)",
    "Mozilla/5.0 (compatible; YandexBot/3.0; +http://yandex.com/bots)",
    "Synapse (bot; +https://github.com/matrix-org/synapse)",
    "Mozilla/5.0 (compatible; vkShare; +http://vk.com/dev/Share)",
    "Iframely/1.3.1 (+https://iframely.com/docs/about)",
];

/// Turned away from pages only.
const LIBRARIES: &[&str] = &[
    "python-requests/2.31.0",
    "Python-urllib/3.11",
    "python-urllib3/2.0.7",
    "python-httpx/0.25.2",
    "Python/3.11 aiohttp/3.9.1",
    "aiohttp/3.9.1",
    "Go-http-client/1.1",
    "Go-http-client/2.0",
    "okhttp/4.12.0",
    "axios/1.6.2",
    "node-fetch/1.0 (+https://github.com/bitinn/node-fetch)",
    "node",
    "undici",
    "got (https://github.com/sindresorhus/got)",
    "Deno/1.38.0",
    "Bun/1.0.15",
    "Java/17.0.9",
    "Java-http-client/21",
    "Apache-HttpClient/4.5.14 (Java/17.0.9)",
    "Jersey/3.1.3 (HttpUrlConnection 17)",
    "Ruby",
    "Faraday v2.7.12",
    "rest-client/2.1.0 (linux x86_64) ruby/3.2.2p53",
    "http.rb/5.1.1",
    "GuzzleHttp/7",
    "Symfony HttpClient/Curl",
    "PHP/8.2.0",
    "libwww-perl/6.72",
    "Mojolicious (Perl)",
    "reqwest/0.11.22",
    "ureq/2.9.1",
    "hyper/0.14",
    "Dart/3.2 (dart:io)",
    "RestSharp/110.2.0.0",
    "Scrapy/2.11.0 (+https://scrapy.org)",
    "Dalvik/2.1.0 (Linux; U; Android 13; Pixel 7 Build/TQ3A.230805.001)",
    "MyApp/1 CFNetwork/1474 Darwin/23.0.0",
];

/// Browsers, programs with a browser inside, and names that only resemble a blocked one.
const BROWSERS: &[&str] = &[
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36 Edg/120.0.2210.61",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:120.0) Gecko/20100101 Firefox/120.0",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.1 Safari/605.1.15",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:120.0) Gecko/20100101 Firefox/120.0",
    "Mozilla/5.0 (X11; Linux x86_64; rv:109.0) Gecko/20100101 Firefox/115.0",
    "Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:120.0) Gecko/20100101 Firefox/120.0",
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/120.0.0.0 Safari/537.36",
    "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/119.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36 OPR/105.0.0.0",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36 Vivaldi/6.5.3206.39",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/118.0.0.0 YaBrowser/23.11.0 Yowser/2.5 Safari/537.36",
    "Mozilla/5.0 (Windows NT 6.1; Trident/7.0; rv:11.0) like Gecko",
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.0 Safari/605.1.15 Epiphany/605.1.15",
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/538.1 (KHTML, like Gecko) Falkon/3.2.0 Chrome/87.0 Safari/538.1",
    "Mozilla/5.0 (X11; Linux x86_64; rv:60.0) Gecko/20100101 PaleMoon/32.5.1",
    "Mozilla/5.0 (X11; Linux x86_64; rv:109.0) Gecko/20100101 Firefox/115.0 Waterfox/115",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36 Brave/120",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.1 Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (iPad; CPU OS 17_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.1 Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/120.0.6099.50 Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) FxiOS/120.0 Mobile/15E148 Safari/605.1.15",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) EdgiOS/119.0 Version/17.0 Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) GSA/292.0.589041561 Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 DuckDuckGo/7 Safari/605.1.15",
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Mobile Safari/537.36",
    "Mozilla/5.0 (Android 13; Mobile; rv:120.0) Gecko/120.0 Firefox/120.0",
    "Mozilla/5.0 (Linux; Android 13; SM-S911B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/23.0 Chrome/115.0.0.0 Mobile Safari/537.36",
    "Mozilla/5.0 (Linux; U; Android 12; en-us; M2101K6G) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/100.0 Mobile Safari/537.36 XiaoMi/MiuiBrowser/13.30.0",
    "Mozilla/5.0 (Linux; Android 10; HUAWEI) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/99.0 HuaweiBrowser/14.0.0.322 Mobile Safari/537.36",
    "Mozilla/5.0 (Linux; U; Android 11; en-US; CPH2179) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/78.0 UCBrowser/13.4.0 Mobile Safari/537.36",
    "Opera/9.80 (Android; Opera Mini/72.0/191.308; U; en) Presto/2.12.423 Version/12.16",
    "Mozilla/5.0 (Linux; Android 13; Pixel 7 Build/TQ3A; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/119.0 Mobile Safari/537.36",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 [FBAN/FBIOS;FBAV/441.0;FBBV/537255468]",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 Instagram 309.0.0.28.111 (iPhone14,5; iOS 17_1)",
    "Mozilla/5.0 (Linux; Android 13; SM-A536B; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/119.0 Mobile Safari/537.36 [FB_IAB/FB4A;FBAV/441.0;]",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 MicroMessenger/8.0.43 NetType/WIFI Language/en",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 Safari Line/13.19.0",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 LinkedInApp/9.29",
    "Mozilla/5.0 (Linux; Android 13) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/119.0 Mobile Safari/537.36 Telegram-Android/10.3.2",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Slack/4.35.126 Chrome/118.0 Electron/27.0 Safari/537.36 Slack_SSB/4.35.126",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) discord/1.0.9023 Chrome/108.0 Electron/22.3 Safari/537.36",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Teams/23306.3315 Chrome/118.0 Safari/537.36",
    "Mozilla/5.0 (Linux; Android 13; KAKAOTALK 2410480) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/119.0 Mobile Safari/537.36 KAKAOTALK 2410480",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 16_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 Snapchat-iOS/12.60",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 [Pinterest/iOS]",
    "Mozilla/5.0 (PlayStation 5 3.03) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/13.0 Safari/605.1.15",
    "Mozilla/5.0 (SMART-TV; Linux; Tizen 7.0) AppleWebKit/537.36 (KHTML, like Gecko) Version/7.0 TV Safari/537.36",
    "Mozilla/5.0 (Mobile; Nokia 8110 4G; rv:48.0) Gecko/48.0 Firefox/48.0 KAIOS/2.5",
    "Mozilla/5.0 (X11; Linux aarch64) AppleWebKit/537.36 (KHTML, like Gecko) QtWebEngine/5.15 Chrome/87.0 Safari/537.36",
    "Lynx/2.9.0dev.12 libwww-FM/2.14 SSL-MM/1.4.1",
    "w3m/0.5.3+git20230121",
    "ELinks/0.16.1 (textmode; Linux; 80x24)",
    "NetSurf/3.11 (Linux)",
    "Dillo/3.1",
    "curlew/1.0",
    "Wgetter/2",
    "NodeBrowser/1",
    "Javanese/1.0",
    "Pythonista/3",
];

/// What fetches the bytes on phones and in download managers.
const DOWNLOADERS: &[&str] = &[
    "AndroidDownloadManager/13 (Linux; U; Android 13; SM-G991B Build/TP1A.220624.014)",
    "AndroidDownloadManager",
    "Dalvik/2.1.0 (Linux; U; Android 12; Redmi Note 9)",
    "okhttp/4.9.2",
    "MobileSafari/8615.3.12 CFNetwork/1410.0.3 Darwin/22.6.0",
    "com.apple.WebKit.Networking/8617.1.17 CFNetwork/1474 Darwin/23.0.0 Network/3762 iOS/17.0",
    "nsurlsessiond/1 CFNetwork/1474 Darwin/23.0.0",
    "AppleCoreMedia/1.0.0.21B80 (iPhone; U; CPU OS 17_1 like Mac OS X; en_us)",
    "stagefright/1.2 (Linux;Android 13)",
    "Lavf53.32.100",
    "ExoPlayerLib/2.19.1",
    "UCBrowser/13.4.0 (Android)",
    "MQQBrowser/13.5",
    "ADM/14.0.27",
    "Internet Download Manager",
    "FDM 3.x",
    "DownThemAll/4.11",
    "NetworkingExtension/8616 Network/3762 iOS/17.0",
    "Go-http-client/1.1",
    "Java/1.8.0_292",
];

#[test]
fn tools_and_previews_are_turned_away_everywhere() {
    let agents = Agents::new(None);
    for agent in TOOLS_AND_PREVIEWS {
        assert!(agents.blocks_page(Some(agent)), "{agent}");
        assert!(agents.blocks_bytes(Some(agent)), "{agent}");
    }
    for agent in LIBRARIES {
        assert!(agents.blocks_page(Some(agent)), "{agent}");
    }
    assert!(TOOLS_AND_PREVIEWS.len() + LIBRARIES.len() >= 60);
}

#[test]
fn browsers_pass_everywhere() {
    let agents = Agents::new(None);
    for agent in BROWSERS {
        assert!(!agents.blocks_page(Some(agent)), "{agent}");
        assert!(!agents.blocks_bytes(Some(agent)), "{agent}");
    }
    assert!(BROWSERS.len() >= 60, "{}", BROWSERS.len());
}

#[test]
fn download_managers_get_the_bytes() {
    let agents = Agents::new(None);
    for agent in DOWNLOADERS {
        assert!(!agents.blocks_bytes(Some(agent)), "{agent}");
    }
}

#[test]
fn no_agent_gets_the_bytes_but_not_the_page() {
    let agents = Agents::new(None);
    for agent in [None, Some(""), Some("  ")] {
        assert!(agents.blocks_page(agent));
        assert!(!agents.blocks_bytes(agent));
    }
}

#[test]
fn the_operator_s_names_are_added_or_replace_ours() {
    let own = |add_to_list| BlockedAgents {
        add_to_list,
        names: vec!["mytool".to_owned()],
    };
    let added = Agents::new(Some(&own(true)));
    assert!(added.blocks_page(Some("MyTool/2")) && added.blocks_bytes(Some("MyTool/2")));
    assert!(added.blocks_page(Some("curl/8")));
    let replaced = Agents::new(Some(&own(false)));
    assert!(replaced.blocks_page(Some("MyTool/2")) && !replaced.blocks_page(Some("curl/8")));
    assert!(
        !replaced.blocks_page(Some("okhttp/4")) && !replaced.blocks_page(Some("Twitterbot/1.0"))
    );
}

#[test]
fn the_lists_are_in_lower_case_and_free_of_versions() {
    for name in [lists::TOOLS, lists::LIBRARIES, lists::PREVIEWS]
        .into_iter()
        .flatten()
    {
        assert!(
            !name.contains(['/', ' ']) && *name == name.to_lowercase(),
            "{name}"
        );
    }
}
