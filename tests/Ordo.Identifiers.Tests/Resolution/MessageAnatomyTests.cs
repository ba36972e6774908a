using Ordo.Identifiers.Resolution;
using Ordo.Identifiers.Tests.Protocol;

namespace Ordo.Identifiers.Tests.Resolution;

public sealed class MessageAnatomyTests
{
    [Fact]
    public void Every_byte_of_every_message_of_the_note_is_in_one_part()
    {
        foreach (byte[] message in Cases.Names.Select(Cases.Read))
        {
            IReadOnlyList<MessagePart> parts = MessageAnatomy.Of(message);
            Assert.Equal(Convert.ToHexStringLower(message), string.Concat(parts.Select(part => Convert.ToHexStringLower(message.AsSpan(part.Offset, part.Length)))));
            int at = 0;
            foreach (MessagePart part in parts)
            {
                Assert.Equal(at, part.Offset);
                at += part.Length;
            }
        }
    }

    [Fact]
    public void Nothing_that_is_cut_or_changed_breaks_it()
    {
        var random = new Random(7);
        foreach (byte[] message in Cases.Names.Select(Cases.Read))
        {
            for (int cut = 0; cut <= message.Length; cut++) Assert.Equal(cut, MessageAnatomy.Of(message.AsMemory(0, cut)).Sum(part => part.Length));
            for (int i = 0; i < 300; i++)
            {
                byte[] changed = [.. message];
                for (int n = random.Next(1, 6); n > 0; n--) changed[random.Next(changed.Length)] = (byte)random.Next(256);
                Assert.Equal(changed.Length, MessageAnatomy.Of(changed).Sum(part => part.Length));
            }
        }
    }
}
