/*
 * Parameters that say where a reader came from, not what is read.
 *
 * A name ends in "*" when anything may follow.  The list is for names that
 * their makers reserve for this (advertising networks, newsletters, analytics,
 * share buttons).  Plain words such as "ref", "source" or "id" are not here on
 * purpose: some sites find the article by them, and two articles taken for one
 * are worse than one article found twice, which its canonical link heals.
 */
#ifndef STET_URL_TRACKING_H
#define STET_URL_TRACKING_H

/* clang-format off */
static const char *const TRACKING_NAMES[] = {
	/* Campaign schemes of analytics tools. */
	"utm", "utm_*", "mtm", "mtm_*", "otm_*", "itm_*", "pk_*", "piwik_*", "matomo_*", "hsa_*", "at_medium",
	"at_campaign*", "at_custom*", "at_link_*", "at_ptr_*", "at_bbc_*", "at_format", "at_recipient_*",
	"ns_campaign", "ns_mchannel", "ns_source", "ns_linkname", "ns_fee", "xtor", "xtref", "xts", "wt_mc",
	"wt_zmc", "wtrid", "wtmc", "wtma", "cm_mmc*", "cm_ven", "cm_cat", "cm_pla", "cm_ite", "cm_lm", "cm_sp",
	"cm_re", "s_cid", "s_kwcid", "ef_id", "icid", "intcid", "int_cmp", "intcmp", "cmpid", "cmp", "ncid",
	"ocid", "sr_share", "trk_*", "tracking_source", "_ga", "_ga_*", "_gac", "_gl", "ga_*", "gs_l", "gs_lcp",

	/* Click identifiers of networks and search engines. */
	"fbclid", "fb_action_*", "fb_comment_id", "fb_ref", "fb_source", "gclid", "gclsrc", "gbraid", "wbraid",
	"gad_*", "dclid", "msclkid", "yclid", "ysclid", "_openstat", "twclid", "ttclid", "li_fat_id", "igsh",
	"igshid", "scclid", "rdt_cid", "epik", "irclickid", "irgwc", "rb_clickid", "awc", "zanpid", "guccounter",
	"guce_*", "ceneo_spo", "spm", "ir_campaignid", "ir_adid", "ir_partnerid", "tblci", "tduid", "vmcid",
	"obOrigUrl", "dicbo", "taboola_*", "outbrain*",

	/* Newsletters and mail tools. */
	"mc_cid", "mc_eid", "mkt_tok", "ml_subscriber", "ml_subscriber_hash", "_hsenc", "_hsmi", "__hs*",
	"hsctatracking", "oly_anon_id", "oly_enc_id", "vero_conv", "vero_id", "vgo_ee", "_ke", "_kx",
	"ck_subscriber_id", "bsft_*", "sc_channel", "sc_campaign", "sc_content", "sc_medium", "os_ehash", "rss_id",
	"nr_email_referer", "mbid", "dm_i", "_bta_tid", "_bta_c", "inf_contact_key",

	/* Share buttons and apps of news sites. */
	"smid", "smtyp", "soc_src", "soc_trk", "sh_kit", "share_source", "__twitter_impression", "__tn__",
	"__cft__*", "__xts__*", "ref_src", "ref_url", "echobox", "amp_js_v", "amp_gsa", "usqp", "wpisrc", "wpmm",
	"traffic_source", "link_source", "ftag", "ftcamp", "ceid", "emci", "emdi", "srnd",
};
/* clang-format on */

#endif
