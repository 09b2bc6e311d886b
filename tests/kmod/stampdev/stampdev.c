// SPDX-License-Identifier: GPL-2.0
/*
 * A network device for tests only: what is sent through stamp0 comes back as
 * received, the n-th frame with the hardware time stamp base + n * step, by
 * receive queue n % 4, and every fifth without a stamp. No emulated card stamps
 * ordinary frames. Torn frames, as a broken driver may hand up, say that they
 * are longer than they are: whoever copies them finds that there is no more.
 */
#include <linux/etherdevice.h>
#include <linux/module.h>
#include <linux/netdevice.h>
#include <linux/skbuff.h>

#define STAMPDEV_BASE	1700000000000000000ULL
#define STAMPDEV_STEP	1000001ULL
#define STAMPDEV_QUEUES	4
#define STAMPDEV_TORN	100	/* bytes that torn frames lack */

static uint torn;
module_param(torn, uint, 0644);
MODULE_PARM_DESC(torn, "the last of as many frames is torn, 0: none");

static struct net_device *stampdev;
static u64 frames;	/* under the transmit queue's lock */

static netdev_tx_t stampdev_xmit(struct sk_buff *skb, struct net_device *dev)
{
	u64 n = frames++;

	skb = skb_unshare(skb, GFP_ATOMIC);
	if (!skb)
		return NETDEV_TX_OK;
	skb_orphan(skb);
	skb_hwtstamps(skb)->hwtstamp =
		ns_to_ktime(n % 5 == 4 ? 0 : STAMPDEV_BASE + n * STAMPDEV_STEP);
	skb->protocol = eth_type_trans(skb, dev);
	skb_record_rx_queue(skb, n % STAMPDEV_QUEUES);
	if (torn && n % torn == torn - 1) {
		skb->len += STAMPDEV_TORN;
		skb->data_len += STAMPDEV_TORN;
	}
	netif_rx(skb);
	return NETDEV_TX_OK;
}

static const struct net_device_ops stampdev_ops = {
	.ndo_start_xmit = stampdev_xmit,
};

static int __init stampdev_init(void)
{
	int ret;

	stampdev = alloc_etherdev_mqs(0, 1, STAMPDEV_QUEUES);
	if (!stampdev)
		return -ENOMEM;
	strscpy(stampdev->name, "stamp0", IFNAMSIZ);
	stampdev->netdev_ops = &stampdev_ops;
	stampdev->flags |= IFF_NOARP;
	eth_hw_addr_random(stampdev);
	ret = register_netdev(stampdev);
	if (ret)
		free_netdev(stampdev);
	return ret;
}

static void __exit stampdev_exit(void)
{
	unregister_netdev(stampdev);
	free_netdev(stampdev);
}

module_init(stampdev_init);
module_exit(stampdev_exit);

MODULE_DESCRIPTION("Loops frames back with hardware time stamps, for tests");
MODULE_LICENSE("GPL");
